"""Claims about families of networks, a module for each type; `kernel.py` has that about one."""
