import type { FlowView } from "../../../analysis/view.ts";
import type { Timeline } from "../../diagram/timeline.ts";

export function Upright(_: { timeline: Timeline; view: FlowView; width: number }) {
  return <div />;
}
