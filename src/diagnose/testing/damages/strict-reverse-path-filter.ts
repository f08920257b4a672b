import { both, type Damage, inFile } from "../damage.ts";
import { secondCard } from "../second-card.ts";

const strict = { "net.ipv4.conf.eth1.rp_filter": "1" };
const loose = { "net.ipv4.conf.eth1.rp_filter": "2" };
/** What kube-proxy marks goes out by the second card. */
const marksBySecondCard = both(
  secondCard,
  inFile("ip-rule", "32766:", "100:\tfrom all fwmark 0x4000/0x4000 lookup 100\n32766:"),
  inFile("ip-route", /^/, "default via 10.0.2.2 dev eth1 table 100\n"),
);

export const strictReversePathFilter: readonly Damage[] = [
  {
    what: "marked packets leave by a second card, and their answers come in by it",
    modes: ["iptables"],
    edit: marksBySecondCard,
    kernel: strict,
    nearMisses: [
      { what: "filtering is loose there", edit: marksBySecondCard, kernel: loose },
      {
        what: "filtering is loose for all, which outweighs the card's own",
        edit: marksBySecondCard,
        kernel: { ...strict, "net.ipv4.conf.all.rp_filter": "2" },
      },
    ],
  },
  {
    what: "somebody afar may ask for a node port at a second card, while the default route leads out by the first",
    modes: ["iptables"],
    edit: secondCard,
    kernel: strict,
    certainty: "possible",
    nearMisses: [{ what: "filtering is loose there", edit: secondCard, kernel: loose }],
  },
];
