# Everything a clone can do; `make help` lists it. All commands run from here.

PYTHON ?= .venv/bin/python
OUT ?=
IMAGES ?=
MASKS ?=
RECIPE ?= paper
PATCH ?=
PLANES ?=
# Scikit-image has few photographs, so each is used often to give enough patches.
DRAWS ?= $(if $(IMAGES),4,70)
SOLVER ?= solver/two_stream_cpu.prototxt
PAIRS ?= out/demo
METHODS ?=
SETS ?=
ITERATIONS ?= 1000
ENGINE ?=
ONLY ?=
IMAGE ?= cpu
INPUTS ?= 5000
PORT ?= 7860
CUDA ?=
ARCHITECTURES ?=
ABLATION_DATA = data/gray_25/train.txt data/gray_50/train.txt data/gray_100/train.txt
# Further options for a recipe's solver: weights of the relative loss, a number of patches.
robust_needs = --relative
physical_needs = --relative --val-patches 2000
cnn_needs = --patches 64
srcnn_needs = --patches 32
OF_PAIRS = --pairs $(PAIRS) $(if $(METHODS),--methods $(METHODS))

# Python finds the package here even if it is not installed.
export PYTHONPATH := $(CURDIR)/python$(if $(PYTHONPATH),:$(PYTHONPATH))

# With another PYTHON (an image, a system with all packages) nothing is installed.
ifeq ($(PYTHON),.venv/bin/python)
READY = .venv/ready
READY_APP = .venv/ready-app
READY_DOCS = .venv/ready-docs
READY_DEV = .venv/ready-dev
endif

.DEFAULT_GOAL := help
.PHONY: help setup caffe prototxt dataset train demo app evaluate results-table readme-pictures step-pictures reproduction figures report docs truth ablation bench test test-images fuzz constraints lint docker clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## install the toolkit and its dependencies in .venv

caffe:  ## install Debian bullseye's real Caffe in .caffe; CUDA=11.8 or 13 builds it for GPUs; ARCHITECTURES="80 90"
	$(if $(CUDA),CUDA=$(CUDA:1=11.8) ARCHITECTURES="$(ARCHITECTURES)" tools/setup/caffe_cuda,tools/setup/caffe)

prototxt: $(READY)  ## write the nets of prototxt/
	$(PYTHON) -m twostream prototxt

dataset: $(READY)  ## make HDF5 patch pairs in data/; IMAGES= MASKS= RECIPE=paper, robust, physical, thin_lens, leaves DRAWS= PATCH= PLANES= OUT=
	$(strip $(PYTHON) -m twostream dataset --recipe $(RECIPE) $($(RECIPE)_needs) --draws $(DRAWS) \
	    $(if $(OUT),--out $(OUT)) $(if $(PATCH),--patch $(PATCH)) $(if $(PLANES),--planes $(PLANES)) \
	    $(if $(IMAGES),--images $(IMAGES)) $(if $(MASKS),--masks $(MASKS)))

train: $(READY)  ## train with real Caffe; SOLVER=solver/two_stream_cpu.prototxt
	$(PYTHON) -m twostream train -solver $(SOLVER)

demo: $(READY)  ## fuse pairs made from scikit-image's photographs; pictures in out/demo
	$(PYTHON) -m twostream demo

app: $(READY_APP)  ## serve a page to fuse photographs in a browser; PORT=7860
	$(PYTHON) -m twostream app --port $(PORT)

evaluate: out/demo/demo.jpg  ## score all methods on folders of pairs; PAIRS="DIR DIR" METHODS=
	$(PYTHON) -m twostream evaluate $(OF_PAIRS)

results-table: out/demo/demo.jpg  ## write the table of docs/results.md; PAIRS= METHODS=
	$(PYTHON) -m paper.results_table $(OF_PAIRS)

readme-pictures: $(READY)  ## fuse a stack made from a photograph; write the README's first pictures
	$(PYTHON) -m paper.readme_pictures --out out/readme
	cp out/readme/wipe.gif out/readme/stack.jpg docs

step-pictures: $(READY)  ## show the steps in which select fuses a stack; write the pictures of docs/how-it-decides.md
	rm -rf out/steps
	$(PYTHON) -m paper.step_pictures --out out/steps
	cp out/steps/step_*.jpg docs

reproduction: out/demo/demo.jpg  ## write the paper's numbers next to ours into docs/reproduction*.md; PAIRS="DIR DIR"
	$(PYTHON) -m paper.reproduction --pairs $(PAIRS)

figures: out/demo/demo.jpg  ## draw the paper's pairs, fused by all methods; PAIRS= METHODS=
	$(PYTHON) -m paper.figures $(OF_PAIRS)

report: out/demo/demo.jpg  ## write out/report/report.html: viewers, tables, figures; PAIRS= METHODS=
	$(PYTHON) -m twostream report $(OF_PAIRS) \
	    $(if $(filter out/demo,$(PAIRS)),--pages docs/results.md docs/reproduction.md docs/reproduction-details.md docs/ablation.md)

docs: $(READY_DOCS)  ## write the documentation site into out/docs
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build

truth: $(READY)  ## make sets of known truth from validation photographs in out/truth; IMAGES= MASKS= SETS=
	$(PYTHON) -m paper.truth $(addprefix --images ,$(IMAGES)) $(addprefix --masks ,$(MASKS)) \
	    $(if $(SETS),--sets $(SETS))

ablation: $(ABLATION_DATA)  ## train the designs of Fig. 5, draw their curves; ITERATIONS= ENGINE=
	$(PYTHON) -m paper.ablation --iterations $(ITERATIONS) $(if $(ENGINE),--engine $(ENGINE))

bench: $(READY)  ## measure speed, and compare with other programs; ONLY="metrics training net programs"
	$(PYTHON) -m benchmarks $(if $(ONLY),--only $(ONLY))

test: $(READY_DEV) lint  ## run all tests, also in the root of real Caffe
	tests/run

test-images: $(READY_DEV)  ## build and test the images of Caffe on CUDA (takes long; as root, with buildah)
	.venv/bin/python -m pytest -m "docker and slow" tests/docker

fuzz: $(READY_DEV)  ## read randomly damaged files of every kind; INPUTS=5000
	FUZZ_INPUTS=$(INPUTS) $(PYTHON) -m pytest -v tests/fuzz

constraints:  ## write the tested versions of a fresh .venv to constraints.txt
	{ grep '^#' constraints.txt && $(PYTHON) -m pip freeze --exclude-editable | grep -v '^setuptools' | \
	    sed 's/+cpu//; s/.*/\L&/; s/_/-/g; s/$$/ ; python_version >= "3.11"/'; } >constraints.new && mv constraints.new constraints.txt

lint: $(READY_DEV)  ## check style and types
	$(if $(READY_DEV),.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/python -m mypy)

docker:  ## build an image with docker, podman or buildah; IMAGE=cpu, caffe-cuda or cuda; CUDA=13 ARCHITECTURES=
	docker/build $(IMAGE) $(if $(CUDA),--tag $(IMAGE)-$(CUDA) --build-arg CUDA=$(CUDA)) $(if $(ARCHITECTURES),--build-arg "ARCHITECTURES=$(ARCHITECTURES)")

clean:  ## remove outputs, .venv, .caffe and .programs (data and snapshots stay)
	rm -rf out .venv .caffe .programs .docker build

out/demo/demo.jpg: | $(READY)
	$(PYTHON) -m twostream demo

data/gray_%/train.txt:
	$(MAKE) dataset RECIPE=paper PLANES=gray OUT=data/gray_$* PATCH=$*

.venv/ready: pyproject.toml
	@tools/setup/venv
	@echo "Installing the packages that twostream needs into .venv; this can take a minute or more."
	.venv/bin/pip install --quiet -c constraints.txt -e .
	@ln -sf "$(CURDIR)/tools/caffe" .venv/bin/caffe
	@touch $@

.venv/ready-app: .venv/ready
	.venv/bin/pip install --quiet -c constraints.txt -e '.[app]'
	@touch $@

.venv/ready-docs: .venv/ready
	.venv/bin/pip install --quiet -c constraints.txt -e '.[docs]'
	@touch $@

.venv/ready-dev: .venv/ready
	@# Some Pythons have no build of PyTorch; its tests are then skipped
	.venv/bin/pip install --quiet -c constraints.txt -e '.[dev,app,docs,classifiers,cluster,raw,formats,torch]' || \
	    .venv/bin/pip install --quiet -c constraints.txt -e '.[dev,app,docs,cluster,formats]'
	@touch $@
