# The two commands: `make demo` and `make test`. Everything else is a part of them.

.PHONY: help setup demo test check bench lock fmt

python := .venv/bin/python

help:
	@echo 'make demo    安装所需、启动演示（http://127.0.0.1:8000，PORT=… 换端口），Ctrl-C 停止'
	@echo 'make test    安装所需、运行全部检查和测试（含浏览器）'
	@echo 'make check   代码检查和不含浏览器的测试'
	@echo 'make bench   性能测量'
	@echo 'make setup   只安装所需     make fmt   整理代码     make lock   重新锁定软件包版本'

setup:
	@dev/setup.sh test

demo:
	@dev/setup.sh run && exec $(python) dev/launch.py

test:
	@dev/setup.sh test && exec $(python) dev/prove.py all

check:
	@dev/setup.sh test && exec $(python) dev/prove.py check

bench:
	@dev/setup.sh test && exec $(python) dev/prove.py bench

fmt:
	@$(python) -m ruff check --fix --quiet . ; $(python) -m ruff format .

# Writes the locks anew, without any package index's address.
lock:
	@for name in requirements requirements-dev requirements-tools; do \
	  $(python) -m uv pip compile --quiet --upgrade --no-emit-index-url --no-emit-find-links \
	    --generate-hashes --python-version 3.11 $$name.in -o $$name.txt || exit 1; \
	done
	@npm install --package-lock-only
