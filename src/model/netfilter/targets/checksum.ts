import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { inertTarget } from "./define-target.ts";

/** Fills in a checksum that was left to the device: libxt_CHECKSUM.c. */
export const checksum = inertTarget(
  "CHECKSUM",
  { fill: option("--checksum-fill", flag) },
  undefined,
  listForm(/CHECKSUM/, [["--checksum-fill", /fill/]]),
);
