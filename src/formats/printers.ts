import { ipsetSavePrinter } from "./ipset-save/print.ts";
import { iptablesSavePrinter } from "./iptables-save/print.ts";
import { ipvsadmSavePrinter } from "./ipvsadm-save/print.ts";
import type { Printer } from "./printer.ts";

/** Every text natlens can write in a tool's place, by the name after `print --as`. */
export const printers: readonly Printer[] = [iptablesSavePrinter, ipsetSavePrinter, ipvsadmSavePrinter];
