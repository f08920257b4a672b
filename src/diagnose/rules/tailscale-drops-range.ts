/*
 * What it finds: Tailscale's firewall drops everything from 100.64.0.0/10 that does not come by its own device, and pods or
 *   Services of this cluster live in that range.
 * Why traffic breaks: pods' packets, or answers from Services, come from that range by other devices.
 * How sure: the trace ends at that rule.
 * Fix: another range for the cluster, or Tailscale without its netfilter rules.
 * References: tailscale 1381, 12555, 12829, 20232.
 */
import { words } from "../../base/words.ts";
import { sideWords } from "../borrow.ts";
import { replaceRule } from "../fix/edit.ts";
import { endingBy, endsAt, groupedBy, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const tailscaleDropsRange: DefectRule = {
  id: "tailscale-drops-range",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "rule-drop")) {
      const byRule = groupedBy(all, (p) => {
        const place = endsAt(p);
        return place && /^ts-(?:input|forward)$/.test(place.chain) ? rulesAt(p, place, family) : undefined;
      });
      for (const [rule, probes] of byRule)
        sightings.push({
          id: "tailscale-drops-range",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                {
                  kind: "command",
                  text: "tailscale set --netfilter-mode=nodivert",
                  says: words(
                    "Tailscale keeps its chains but no longer leads packets into them; it holds over restarts. Undo with --netfilter-mode=on. Better: give the cluster a range outside 100.64.0.0/10.",
                    "Tailscale 保留自己的链，但不再把报文引入其中；重启后仍有效。用 --netfilter-mode=on 撤销。更好的办法：让集群使用 100.64.0.0/10 之外的网段。",
                  ),
                },
              ],
              holds: words("Shown without that rule.", "以去掉该规则验证。"),
              apply: (snapshot) => replaceRule(snapshot, family, rule),
            },
          ],
          missteps: [],
          evidence: [{ side: side.name, at: rule.at, says: words("this rule drops the packet", "该规则丢弃了报文") }],
          byAbsence: false,
        });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "Tailscale drops the cluster's own traffic, which lies in its range",
        "集群网段落在 Tailscale 的网段内，流量被它丢弃",
      ),
      what: words(
        `On the ${side.name} node Tailscale's rule drops a packet of the connection to ${to}, as it comes from 100.64.0.0/10 by another device than Tailscale's.`,
        `${sideWords[side.name]}上，到 ${to} 的连接的报文来自 100.64.0.0/10 却不是从 Tailscale 的设备进来，被 Tailscale 的规则丢弃。`,
      ),
      why: words(
        "Tailscale takes that range for its own and such packets for forged.",
        "Tailscale 认为该网段只属于自己，把这样的报文当作伪造。",
      ),
      verify: ["iptables -S ts-input", "tailscale debug prefs | grep Netfilter"],
    };
  },
};
