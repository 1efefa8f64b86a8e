# Everything runs on the Node that comes with npm ci; the machine's own may be older.
NODE := node_modules/.bin/node --disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning
JEST := $(NODE) --experimental-vm-modules node_modules/jest/bin/jest.js
DEPS := node_modules/.package-lock.json
# As the product runs here: memory is given back sooner, and the young heap is no larger than sixteen requests at once can use.
PRODUCT := env MALLOC_ARENA_MAX=2 $(NODE) --max-semi-space-size=16
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help up up-real test test-e2e test-engines lint lint-deploy chart bench bench-large demo-call new-service proto images images-check cluster-test backup restore restore-drill erased erased-again verify-audit dead-letters

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' Makefile | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

up: $(DEPS) ## start everything on this machine; Ctrl-C stops it (PROCESSES=each: one process per service)
	@exec env $(if $(PROCESSES),VITRYLO_PROCESSES=$(PROCESSES)) $(PRODUCT) tools/up/main.ts

up-real: $(DEPS) ## the same on Kafka and Keycloak: in containers where an engine answers, else as programs (needs Java)
	@exec env VITRYLO_ENGINES=real $(if $(PROCESSES),VITRYLO_PROCESSES=$(PROCESSES)) $(PRODUCT) tools/up/main.ts

test: $(DEPS) ## unit and service tests, on a real database of their own
	@$(JEST) $(T)

test-e2e: $(DEPS) ## the product in a browser, from sign-in to the timeline
	@$(NODE) tools/e2e/main.ts

test-engines: $(DEPS) ## the event bus on a real Kafka, sign-in on a real Keycloak (skipped where there is none)
	@$(NODE) tools/engines/main.ts

lint: $(DEPS) ## types, style, dependency rules, unused code, contract
	@$(NODE) tools/lint/main.ts

lint-deploy: $(DEPS) ## the chart, operators' resources, skaffold, compose; installs its pinned tools itself (needs Go, Python)
	@$(NODE) tools/lint-deploy/main.ts

chart: $(DEPS) ## schema and table of values of the chart, from values.yaml; rights on Kafka, from the code
	@$(NODE) tools/lint-deploy/main.ts generate

images: $(DEPS) ## container images of all services by docker or buildah (S='contacts gateway': of some)
	@$(NODE) tools/images/main.ts $(S)

images-check: $(DEPS) ## every promise about the images, tried on them: rights, size, start, stop, equal digests
	@$(NODE) tools/images/check.ts $(S)

cluster-test: $(DEPS) ## the product on a real Kubernetes: updates under load, faults, policies (S='at-once kill': some steps)
	@$(NODE) tools/cluster/main.ts $(S)

bench: $(DEPS) ## speed and size, beside a floor measured in the same run
	@$(PRODUCT) tools/bench/main.ts

bench-large: $(DEPS) ## the same questions at 100,000 and at 1,000,000 counterparties (a quarter of an hour, 10 GB)
	@$(PRODUCT) tools/bench/large/main.ts

backup: $(DEPS) ## a copy of the data folder while nothing runs on it: make backup TO=folder
	@$(NODE) tools/backup/main.ts backup $(TO)

restore: $(DEPS) ## a data folder from such a copy: make restore FROM=folder ERASED=register
	@$(NODE) tools/backup/main.ts restore $(FROM) $(ERASED)

erased: $(DEPS) ## the register of erased persons, ids alone: make erased TO=file
	@$(NODE) tools/backup/main.ts erased $(TO)

erased-again: $(DEPS) ## enters it into restored databases: make erased-again FROM=file
	@$(NODE) tools/backup/main.ts erased-again $(FROM)

restore-drill: $(DEPS) ## both tried on an installation of its own, every row compared
	@$(NODE) tools/backup/main.ts drill

verify-audit: $(DEPS) ## beside make up: is the audit log whole? KEPT='number:hash export.csv' compares it with what was kept elsewhere
	@$(NODE) tools/up/beside.ts directory verify-audit $(KEPT)

dead-letters: $(DEPS) ## beside make up: events that a part could not apply; OF=gateway DO='replay all' applies them again
	@$(NODE) tools/up/beside.ts '$(OF)' dead-letters $(DO)

demo-call: $(DEPS) ## a recorded call comes in on the running product
	@$(NODE) tools/demo/call.ts

new-service: $(DEPS) ## the skeleton of a new service: make new-service NAME=billing
	@$(NODE) tools/new-service/main.ts $(NAME) $(NOUN)

proto: $(DEPS) ## generate code from the contract
	@buf format -w proto && buf build -o libs/proto/contract.binpb && buf generate
	@$(NODE) tools/proto/generate.ts && $(NODE) tools/proto/openapi.ts
	@$(NODE) tools/lists/main.ts
	@openapi-typescript gateway/openapi.json -o gateway/web/src/api/schema.d.ts >/dev/null

$(DEPS): package-lock.json # npm warns of engines only because it does not yet run on the Node that it brings
	@echo 'Installing packages, about a minute…'
	@npm ci --loglevel=error
	@touch $@
