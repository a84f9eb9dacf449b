# `make run` and `make test` prepare whatever is missing first; later that takes a moment only.
# To try another Python: make run PYTHON=/path/to/python3

export PYTHON
.PHONY: run test check voice voice-check lock

run: ## everything, in the foreground, with invented data; Ctrl-C stops it
	@scripts/python scripts/bootstrap.py run

test: ## every test, calls through a real Asterisk included; a running `make run` is not disturbed
	@scripts/python scripts/bootstrap.py test

check: ## lint, types, prompts
	@scripts/python scripts/bootstrap.py check

voice: ## what voicing the prompts needs: afterwards .venv/bin/hotline prompts build
	@scripts/python scripts/bootstrap.py voice

voice-check: ## how well a recogniser understands the prompts: slow, some ten minutes a voice; VOICE=yunxi
	@scripts/python scripts/bootstrap.py voice-check $(if $(VOICE),--voice $(VOICE))

lock: ## resolve requirements/*.in again; UPGRADE=1 takes newer versions
	@scripts/python scripts/bootstrap.py lock $(if $(UPGRADE),--upgrade)
