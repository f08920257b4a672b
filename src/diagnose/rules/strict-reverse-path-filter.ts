/*
 * What it finds: a packet comes in by one device, but the route back to its source leads out by another, and strict reverse
 *   path filtering (rp_filter 1) drops it without a word.
 * Why traffic breaks: nodes with several network cards, or with policy routing, answer by other ways than they are asked.
 * How sure: the value is in the dump, and so are the routes; the larger of `all` and the device's own counts.
 * Fix: loose filtering (2) on that device, which still drops sources that no route knows.
 * References: net/ipv4/fib_frontend.c __fib_validate_source; amazon-vpc-cni 75, PR 130; cilium 13130.
 */
import { words } from "../../base/words.ts";
import { sideWords } from "../borrow.ts";
import { endingBy, groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { sysctlSighting, sysctlVerify } from "./sysctl-off.ts";
import { flowText } from "./unmarked.ts";

const keysFor = (device: string): string[] => [`net.ipv4.conf.${device}.rp_filter`, "net.ipv4.conf.all.rp_filter"];

export const strictReversePathFilter: DefectRule = {
  id: "strict-reverse-path-filter",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "rp-filter")) {
      const byDevice = groupedBy(all, (p) => {
        const device = p.trace.steps[p.trace.ending.step]?.packet.in;
        return typeof device === "string" ? device : undefined;
      });
      for (const [device, probes] of byDevice) {
        const keys = keysFor(device).filter((key) => side.snapshot.sysctls.get(key)?.value.trim() === "1");
        if (keys.length === 0) continue;
        sightings.push(
          sysctlSighting(side, family, probes, {
            id: "strict-reverse-path-filter",
            keys,
            value: "2",
            durable: words("", ""),
          }),
        );
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
