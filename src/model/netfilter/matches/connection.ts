import type { CtState } from "../../net/packet.ts";
import type { ConnectionView, MatchContext } from "./match.ts";

/** The packet's state as nf_ct_get gives it; before conntrack has seen it every packet looks INVALID. */
export const stateOf = (context: MatchContext): CtState => context.connection?.state ?? "INVALID";

/** The packet's conntrack entry, if it has one: INVALID and UNTRACKED packets have none. */
export function trackedConnection(context: MatchContext): ConnectionView | undefined {
  const { connection } = context;
  return connection && connection.state !== "INVALID" && connection.state !== "UNTRACKED" ? connection : undefined;
}
