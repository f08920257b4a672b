import type { Span } from "../base/span.ts";
import type { Family } from "../model/net/ip.ts";
import type { Rule } from "../model/netfilter/rule.ts";
import type { KnownEndpoint } from "./services.ts";

interface Place {
  readonly family: Family;
  readonly chain: string;
  readonly at: Span;
}
/** A chain of an endpoint that sends somewhere else than its name says. */
export interface OtherEndpoint extends Place {
  readonly kind: "other-endpoint";
  readonly service: string;
  readonly rule: Rule;
  readonly goes: KnownEndpoint;
  /** Whose name it is, where a dump tells of that endpoint. */
  readonly named?: KnownEndpoint;
  /** No other chain of the Service, and no list of kubectl's, has where it goes. */
  readonly stranger: boolean;
}
/** A rule for one Service that leads into the chain of another. */
export interface OtherService extends Place {
  readonly kind: "other-service";
  readonly service: string;
  readonly owner: string;
  readonly rule: Rule;
  readonly leads: string;
}
/** No rule of the table leads there. */
export interface Unused extends Place {
  readonly kind: "unused";
}
/** kubectl lists all Services, and this one is not among them. */
export interface Unlisted extends Place {
  readonly kind: "unlisted";
  readonly service: string;
}
export type OddChain = OtherEndpoint | OtherService | Unused | Unlisted;
