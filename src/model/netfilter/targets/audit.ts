import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import { inertTarget } from "./define-target.ts";

/** Writes an audit record: libxt_AUDIT.c. */
export const audit = inertTarget(
  "AUDIT",
  { type: option("--type", oneName(["accept", "drop", "reject"])) },
  undefined,
  listForm(/AUDIT/, [["--type", /(?<a>\w+)/]]),
);
