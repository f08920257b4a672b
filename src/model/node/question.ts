import type { Words } from "../../base/words.ts";
import type { Ip } from "../net/ip.ts";
import type { Packet } from "../net/packet.ts";
import type { Address, Interface, Port } from "../net/symbolic.ts";
import type { Rule } from "../netfilter/rule.ts";

/** Something the dumps do not say, asked of whoever knows how such a node is usually built (kube-proxy's habits). */
export type Question =
  /** Is the packet a member of a set that was not pasted (or not whole)? */
  | {
      readonly ask: "set-member";
      readonly set: string;
      readonly dims: readonly ("src" | "dst")[];
      readonly packet: Packet;
    }
  /** Is this address, which no dump of addresses shows, one of the node's own? */
  | { readonly ask: "address-local"; readonly address: Address }
  /** Does this address exist only in kube-proxy's rules (a cluster IP and the like), so that nobody outside routes it? */
  | { readonly ask: "service-address"; readonly address: Address }
  /** Is this one of the Service's endpoints, where all of them are known? */
  | {
      readonly ask: "endpoint";
      readonly service: { readonly address: Ip; readonly port: number; readonly proto: string };
      readonly address: Address;
      /** Of which port; any where absent. */
      readonly port?: Port;
    }
  /** Are the endpoints that an outside client of this Service is led to pods of this very node (a Local traffic policy)? */
  | {
      readonly ask: "endpoint-here";
      readonly service: { readonly address: Ip; readonly port: number; readonly proto: string };
    }
  /** Is what this device sends with that source dropped by the network, as another device has the address? */
  | { readonly ask: "other-interface"; readonly source: Address; readonly dev: Interface }
  /** Is it an external or load balancer's address of a Service, which routers send to the nodes? */
  | { readonly ask: "outside-address"; readonly address: Address }
  /** Is this port of the node itself there for a Service only, so that no process of the node listens on it? */
  | { readonly ask: "node-port"; readonly port: Port; readonly proto: string }
  /** Is it a pod's address to which only a route of the node's own leads, so that the default gateway has no way to it? */
  | { readonly ask: "pod-route"; readonly address: Address }
  /** Is this a pod's address, which nobody outside the cluster routes back to its node? */
  | { readonly ask: "pod-unrouted"; readonly address: Address }
  /** Did kube-proxy open the node's loopback addresses to what is routed (route_localnet)? */
  | { readonly ask: "route-localnet" }
  /** Has this rule, of a listing that hides interfaces, no condition on them? */
  | { readonly ask: "all-interfaces"; readonly rule: Rule };

/** An answer taken for granted; it becomes a listed assumption of the trace. */
export interface Guess {
  readonly answer: boolean;
  readonly about: Words;
  readonly because: Words;
  readonly settledBy?: string;
  /** Guesses of one kind are one assumption, said once for all packets that rest on it. */
  readonly kind?: string;
}
