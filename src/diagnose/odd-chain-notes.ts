import { type Words, words } from "../base/words.ts";
import type { OddChain } from "../kube-proxy/odd-chain.ts";
import { endpointText } from "../simulate/flow.ts";
import { sideWords } from "./borrow.ts";
import type { Note } from "./finding.ts";
import type { Side } from "./side.ts";

/** So many of one kind are shown line by line. */
const mostShown = 8;

/** Chains whose names do not follow from whom they serve, that nothing leads to, or whose Service is gone. */
export function oddChainNotes(side: Side): Note[] {
  const kinds = ["other-endpoint", "other-service", "unused", "unlisted"] as const;
  return kinds.flatMap((kind) => {
    const list = side.odd.filter((o) => o.kind === kind);
    const [first] = list;
    if (!first) return [];
    const node = sideWords[side.name];
    const more =
      list.length > 1
        ? words(` So it is with ${list.length - 1} more.`, `另有 ${list.length - 1} 处也是如此。`)
        : words("", "");
    const says = wordsOf(first);
    return [
      {
        id: `chain-${kind}-${side.name}`,
        says: words(`On the ${side.name} node ${says.en}${more.en}`, `${node}上，${says["zh-CN"]}${more["zh-CN"]}`),
        evidence: list.slice(0, mostShown).map((o) => ({ side: side.name, at: o.at, says: shortly(o) })),
      },
    ];
  });
}

const shortly = (odd: OddChain): Words => {
  if (odd.kind === "other-endpoint") return words(`not what the name ${odd.chain} says`, `与链名 ${odd.chain} 不符`);
  if (odd.kind === "other-service") return words(`leads into a chain of ${odd.owner}`, `跳入 ${odd.owner} 的链`);
  if (odd.kind === "unused") return words("no rule leads here", "没有规则跳转到这里");
  return words(`kubectl does not list ${odd.service}`, `kubectl 没有列出 ${odd.service}`);
};

function wordsOf(odd: OddChain): Words {
  if (odd.kind === "other-endpoint") {
    const goes = endpointText(odd.goes.address, odd.goes.port);
    const own = odd.named && endpointText(odd.named.address, odd.named.port);
    return own !== undefined
      ? words(
          `${odd.chain} of ${odd.service} sends to ${goes}, and its name is the one that kube-proxy makes for ${own}: it was edited by hand.`,
          `${odd.service} 的 ${odd.chain} 把报文送往 ${goes}，而该链名是 kube-proxy 为 ${own} 生成的：它被手工改动过。`,
        )
      : words(
          `${odd.chain} of ${odd.service} sends to ${goes}, and kube-proxy makes another name for that: the rule was edited by hand, or the address was replaced before the dump was pasted.`,
          `${odd.service} 的 ${odd.chain} 把报文送往 ${goes}，而 kube-proxy 会为它生成另一个链名：该规则被手工改动过，或地址在粘贴前被替换过。`,
        );
  }
  if (odd.kind === "other-service")
    return words(
      `a rule of ${odd.chain} for ${odd.service} leads to ${odd.leads}, which by its name is a chain of ${odd.owner}: it was edited by hand.`,
      `${odd.chain} 中 ${odd.service} 的一条规则跳转到 ${odd.leads}，按链名那是 ${odd.owner} 的链：它被手工改动过。`,
    );
  if (odd.kind === "unused")
    return words(
      `no rule leads to ${odd.chain}: kube-proxy deletes the chains that it no longer uses, so it was left behind or its jump was taken away.`,
      `没有规则跳转到 ${odd.chain}：kube-proxy 会删除不再使用的链，因此它是残留，或指向它的跳转被移除了。`,
    );
  return words(
    `the rules still serve ${odd.service}, which kubectl does not list: it was deleted after the rules were written, or kube-proxy no longer follows the API.`,
    `规则仍在为 ${odd.service} 服务，而 kubectl 没有列出它：它在规则写入之后被删除，或 kube-proxy 不再跟随 API。`,
  );
}
