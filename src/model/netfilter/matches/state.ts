import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { nameList } from "../values/names.ts";
import { stateOf } from "./connection.ts";
import { defineMatch } from "./define-match.ts";

/** The older form of `-m conntrack --ctstate`; iptables-save keeps it as it was given. xt_state.c state_mt. */
export const state = defineMatch({
  name: "state",
  level: "modelled",
  fields: { state: negatable("--state", nameList(["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED"])) },
  needs: [["state"]],
  test: ({ state }, _packet, context) =>
    state ? negatedIf(state.negated, ternary(state.is.includes(stateOf(context)))) : "yes",
  list: listForm(null, [["--state", /(?<not>! ?)?state (?<a>\S+)/]]),
});
