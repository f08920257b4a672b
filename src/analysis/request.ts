import type { SideName } from "../diagnose/finding.ts";
import type { Flow } from "../simulate/flow.ts";
import type { AnalysisView, FlowView, ShownLine } from "./view.ts";

/** One pasted text or dropped file of a side. `content` is transferred or streamed in the worker. */
export interface InputText {
  readonly side: SideName;
  readonly name: string;
  readonly content: string | Uint8Array | Blob;
}

/** A change of the model that the user tries. */
export type WhatIf =
  | { readonly kind: "cluster-cidr"; readonly side: SideName; readonly cidr: string }
  | { readonly kind: "masquerade-all"; readonly side: SideName }
  /** An `iptables` command's rule, e.g. `-t nat -A POSTROUTING -s 10.0.0.1/32 -j SNAT --to-source 10.1.1.1`. */
  | { readonly kind: "add-rule"; readonly side: SideName; readonly rule: string };

/** Page to worker. A newer `analyse` makes older replies stale; ids rise. */
export type Request =
  | { readonly t: "analyse"; readonly id: number; readonly texts: readonly InputText[]; readonly flow?: Flow }
  | { readonly t: "ask"; readonly id: number; readonly flow: Flow; readonly whatIf: readonly WhatIf[] }
  | { readonly t: "lines"; readonly id: number; readonly source: string; readonly from: number; readonly count: number }
  | {
      readonly t: "link";
      readonly id: number;
      readonly base: string;
      readonly flow?: Flow;
      readonly step?: number;
      readonly whatIf?: readonly WhatIf[];
    }
  | { readonly t: "cancel"; readonly id: number };

export type Reply =
  | {
      readonly t: "progress";
      readonly id: number;
      readonly stage: "reading" | "comparing" | "simulating";
      readonly done: number;
      readonly total: number;
    }
  | { readonly t: "analysed"; readonly id: number; readonly view: AnalysisView }
  | {
      readonly t: "asked";
      readonly id: number;
      readonly view: FlowView;
      readonly lines: Readonly<Record<string, ShownLine>>;
    }
  | {
      readonly t: "lines";
      readonly id: number;
      readonly source: string;
      readonly from: number;
      readonly lines: readonly string[];
      readonly total: number;
    }
  | { readonly t: "linked"; readonly id: number; readonly url: string }
  | { readonly t: "cancelled"; readonly id: number }
  | { readonly t: "failed"; readonly id: number; readonly message: string };
