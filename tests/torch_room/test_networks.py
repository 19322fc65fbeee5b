"""Whole networks: measured numbers of laws, and residuals on gradients in double precision."""

import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from residual import gradients, residuals  # noqa: E402
from torch import nn  # noqa: E402

from pyconslaw.torch import derive  # noqa: E402


class Basic(nn.Module):
    """Two convolutions with batch norms, and a shortcut."""

    def __init__(self, m, n, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(m, n, 3, stride, 1, bias=False), nn.BatchNorm2d(n)
        self.conv2, self.bn2 = nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.BatchNorm2d(n)
        self.down = None
        if stride > 1 or m != n:
            self.down = nn.Sequential(nn.Conv2d(m, n, 1, stride, bias=False), nn.BatchNorm2d(n))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + (x if self.down is None else self.down(x))).relu()


def resnet18(width=64):
    """The network of the paper, in its usual form."""
    layers = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
              nn.MaxPool2d(3, 2, 1)]  # fmt: skip
    m = width
    for k in range(4):
        n = width << k
        layers += [Basic(m, n, 1 if k == 0 else 2), Basic(n, n, 1)]
        m = n
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(m, 1000))


def numbers(found):
    """Laws of the diagonal and block families, exact and not, and linear ones."""
    exact = rough = linear = 0
    shapes = {p.name: p.shape for p in found.parameters}
    for family in found.families:
        laws = family.laws * family.rows * (family.rows + 1) // 2
        if family.kind == "linear":
            linear += laws * family.terms[0].extents(shapes[family.terms[0].parameter])[1]
        elif family.exact:
            exact += laws
        else:
            rough += laws
    return exact, rough, linear


def hold(found, model, args=(), kwargs=None, loss=None):
    """No law is violated by two gradients."""
    for seed in range(2):
        left = residuals(found, gradients(model, args, kwargs, loss, seed))
        for family, residual in zip(found.families, left):
            assert residual < (1e-12 if family.exact else 1e-2), family


def test_resnet18_in_train_mode():
    model, x = resnet18(), (torch.randn(2, 3, 32, 32),)
    found = derive(model, x)
    # 896: biases of the two batch norms that are added where a stage begins
    assert numbers(found) == (2880, 4800, 896)
    assert found.unsupported == ()


@pytest.mark.parametrize("train", [True, False])
def test_a_narrow_resnet18(train):
    torch.manual_seed(0)
    model, x = resnet18(4).train(train), (torch.randn(3, 3, 32, 32),)
    hold(derive(model, x), model, x)


def test_resnet18_in_eval_mode_with_zero_means():
    """Relations of three and more terms: none is given up."""
    model, x = resnet18(4).eval(), (torch.randn(2, 3, 32, 32),)
    found = derive(model, x)
    assert not [note for note in found.notes if "not resolved" in note]
    # a scale of every channel before its gain, and one after it, but for sums that must agree
    assert numbers(found)[0] > 200
    hold(found, model, x)


def test_an_encoder_layer():
    model = nn.TransformerEncoderLayer(8, 2, 16, dropout=0, norm_first=True, batch_first=True)
    x = (torch.randn(2, 3, 8),)
    found = derive(model, x)
    # gains 8 + 8, two heads with 10 for q and k and 10 for v and o, 16 neurons; key biases
    assert numbers(found) == (72, 0, 8)
    hold(found, model, x)


def test_gpt2():
    transformers = pytest.importorskip("transformers")
    config = transformers.GPT2Config(
        vocab_size=64, n_embd=16, n_layer=2, n_head=2, n_positions=32, use_cache=False,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = transformers.GPT2LMHeadModel(config).eval()
    ids = {"input_ids": torch.randint(0, 64, (2, 6))}
    found = derive(model, (), ids, "cross_entropy")
    assert numbers(found)[2] == 229
    hold(found, model, (), ids, "cross_entropy")


def test_lora_by_peft():
    peft = pytest.importorskip("peft")
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    config = peft.LoraConfig(target_modules=["0", "2"], r=2, init_lora_weights=False)
    model, x = peft.get_peft_model(model, config), (torch.randn(5, 3),)
    found = derive(model, x)
    assert numbers(found) == (6, 0, 0)
    assert all("lora_" in t.parameter for f in found.families for t in f.terms)
    hold(found, model, x)
