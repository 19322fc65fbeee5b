"""Conservation laws of a torch.nn.Module: the only room that imports torch."""
