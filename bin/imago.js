#!/usr/bin/env node
// Starts the program. A clone compiles first what is missing or old; an installed package comes compiled, without
// the scripts that do so.

import { existsSync } from "node:fs";

const freshen = new URL("../scripts/freshen.mjs", import.meta.url);
if (existsSync(freshen)) await import(freshen.href);
await import("../dist/app/cli/main.js");
