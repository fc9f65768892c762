# SPDX-License-Identifier: Apache-2.0
"""A class on Python's `ModelHubMixin` and one on ours read each other's repositories."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

PROGRAM = os.environ["INTEROP_MIXIN"]

FILTER = """
import sys
import numpy
from huggingface_hub import ModelCard, ModelHubMixin, hf_hub_download
from safetensors.numpy import load_file, save_file

class Filter(ModelHubMixin, tags=["filters"], license="mit"):
    def __init__(self, gain: float = 1.0, window: str = "hann"):
        self.gain, self.window = gain, window
        self.taps = numpy.zeros(0, dtype=numpy.float32)

    def _save_pretrained(self, folder):
        save_file({"taps": self.taps}, folder / "model.safetensors")

    @classmethod
    def _from_pretrained(cls, *, model_id, revision, cache_dir, force_download, local_files_only, token, **kwargs):
        model = cls(**kwargs)
        model.taps = load_file(hf_hub_download(model_id, "model.safetensors", revision=revision))["taps"]
        return model
"""


class Mixin(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="interop-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.hub = support.Hub()
        self.addCleanup(self.hub.stop)

    def call(self, command):
        """Each process has a cache of its own."""
        home = tempfile.mkdtemp(dir=self.folder)
        environment = {**os.environ, "HF_ENDPOINT": self.hub.url, "HF_HOME": home, "HF_TOKEN": "hf_user_write",
                       "HF_HUB_DISABLE_XET": "1", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def python(self, script):
        return self.call([sys.executable, "-c", FILTER + script])

    def test_python_loads_a_model_of_ours(self):
        self.call([PROGRAM, "push", "user/ours"])
        found = self.python("""
model = Filter.from_pretrained("user/ours")
card = ModelCard.load("user/ours")
print(model.gain, model.window, *model.taps.tolist(), *card.data.tags)
""")
        self.assertEqual(found, "0.25 größer 1.5 -2.0 0.125 model_hub_mixin\n")

    def test_we_load_a_model_of_python(self):
        self.python("""
model = Filter(gain=3.5, window="日本語")
model.taps = numpy.array([4, 0.5], dtype=numpy.float32)
model.push_to_hub("user/theirs")
""")
        self.assertEqual(self.call([PROGRAM, "pull", "user/theirs"]), "3.5 日本語 4 0.5\n")

    def test_python_changes_what_we_pushed(self):
        self.call([PROGRAM, "push", "user/both"])
        self.python("""
model = Filter.from_pretrained("user/both", gain=9.0)
model.taps = model.taps[:1]
model.push_to_hub("user/both")
""")
        self.assertEqual(self.call([PROGRAM, "pull", "user/both"]), "9 größer 1.5\n")


if __name__ == "__main__":
    unittest.main()
