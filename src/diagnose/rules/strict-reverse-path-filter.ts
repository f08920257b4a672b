/*
 * What it finds: a packet comes in by one device, but the route back to its source leads out by another, and strict reverse
 *   path filtering (rp_filter 1) drops it without a word.
 * Why traffic breaks: nodes with several network cards, or with policy routing, answer by other ways than they are asked.
 * How sure: the value is in the dump, and so are the routes; the larger of `all` and the device's own counts. Whether anybody
 *   from afar asks for a node port at a card other than that of the default route is not said: possible, unless it is the flow that
 *   hurts, or the other node does it.
 * Fix: loose filtering (2) on that device, which still drops sources that no route knows.
 * References: net/ipv4/fib_frontend.c __fib_validate_source; amazon-vpc-cni 75, PR 130; cilium 13130.
 */
import { words } from "../../base/words.ts";
import { nodeAddress } from "../../kube-proxy/node-address.ts";
import { familyOf, type Ip } from "../../model/net/ip.ts";
import { holderOf, isCard } from "../../simulate/addresses.ts";
import { type Flow, flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { type Probe, probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy, groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { sysctlSighting, sysctlVerify } from "./sysctl-off.ts";
import { flowText } from "./unmarked.ts";

const keysFor = (device: string): string[] => [`net.ipv4.conf.${device}.rp_filter`, "net.ipv4.conf.all.rp_filter"];

/** Node ports at the addresses of cards besides the default route's: nobody may ever ask there. */
const atOtherCard = (side: Side, { flow }: Probe): boolean =>
  flow.from === "external" && flow.to !== nodeAddress(side.snapshot, 4) && cardOf(side, flow.to) !== undefined;

const cardOf = (side: Side, address: Ip): string | undefined => {
  const device = holderOf(side.snapshot, address)?.link.name;
  return device !== undefined && isCard(device) ? device : undefined;
};

export const strictReversePathFilter: DefectRule = {
  id: "strict-reverse-path-filter",

  asks(side: Side): readonly Flow[] {
    const port = side.services.find((s) => s.kind === "node-port" && s.endpoints.length > 0);
    const own = nodeAddress(side.snapshot, 4);
    if (!port || own === undefined) return [];
    return side.snapshot.links.list
      .filter(
        (link) => isCard(link.name) && side.snapshot.sysctls.get(keysFor(link.name)[0] ?? "")?.value.trim() === "1",
      )
      .flatMap((link) => link.addresses.filter((a) => familyOf(a.address) === 4 && a.scope === "global").slice(0, 1))
      .filter((a) => a.address !== own)
      .slice(0, 3)
      .map((a) => ({ from: "external", to: a.address, port: port.port, proto: port.proto }));
  },

  find({ side, other, failing, wanted }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "rp-filter")) {
      const byDevice = groupedBy(all, (p) => {
        const device = p.trace.steps[p.trace.ending.step]?.packet.in;
        return typeof device === "string" ? device : undefined;
      });
      for (const [device, probes] of byDevice) {
        const keys = keysFor(device).filter((key) => side.snapshot.sysctls.get(key)?.value.trim() === "1");
        if (keys.length === 0) continue;
        const isShown = (p: Probe): boolean =>
          !atOtherCard(side, p) ||
          (wanted !== undefined && flowId(wanted) === p.id) ||
          (other !== undefined && cardOf(other, p.flow.to) !== undefined && works(probe(other, p.flow)));
        sightings.push({
          ...sysctlSighting(side, family, probes, {
            id: "strict-reverse-path-filter",
            keys,
            value: "2",
            durable: words("", ""),
          }),
          ...(probes.some(isShown) ? {} : { atMost: "possible" }),
        });
      }
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const device = first?.trace.steps[first.trace.ending.step]?.packet.in;
    const name = typeof device === "string" ? device : "";
    return {
      title: words(`Strict reverse path filtering on ${name} drops packets`, `${name} 上的严格反向路径过滤丢弃了报文`),
      what: words(
        `On the ${sighting.side.name} node a packet of the connection to ${to} comes in by ${name}, while the route to its source leads out by another device: rp_filter 1 drops it.`,
        `${sideWords[sighting.side.name]}上，到 ${to} 的连接的报文从 ${name} 进来，而到其源地址的路由指向别的设备：rp_filter 为 1，报文被丢弃。`,
      ),
      why: words(
        "The kernel takes such a source for forged. With several network cards or routing tables that is an ordinary way.",
        "内核把这样的源地址当作伪造。在多网卡或多路由表的节点上，这其实是正常路径。",
      ),
      verify: [...sysctlVerify(sighting, ...keysFor(name)), "nstat -az TcpExtIPReversePathFilter"],
    };
  },
};
