# SPDX-License-Identifier: BSD-2-Clause
# A thin front end: setup/setup prepares the clone, and vmm-harness does the work.
HARNESS := ./vmm-harness

.PHONY: demo test lint format clean

demo: ## generate, build, boot and check a Linux guest in QEMU
	@setup/setup demo
	@$(HARNESS) run $(ARGS)

test: ## every test that needs no board
	@npm test --silent

lint:
	@npm run --silent lint

format:
	@npm run --silent format

clean: ## remove build results; downloads and runs/ stay
	@rm -rf build dist
