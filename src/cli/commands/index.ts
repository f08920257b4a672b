import type { Command } from "../command.ts";
import { parse } from "./parse.ts";

/** Every command, in the order in which the usage shows them. */
export const commands: readonly Command[] = [parse];
