import type { Command } from "../command.ts";
import { collect } from "./collect.ts";
import { diagnose } from "./diagnose.ts";
import { diff } from "./diff.ts";
import { link } from "./link.ts";
import { open } from "./open.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";
import { trace } from "./trace.ts";

/** Every command, in the order in which the usage shows them. */
export const commands: readonly Command[] = [parse, print, trace, diff, diagnose, link, open, collect];
