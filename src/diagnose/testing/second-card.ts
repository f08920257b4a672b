import { both, type Edit, inFile } from "./damage.ts";

const card = "5: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n";

/** eth1 with 10.0.2.15/24 beside eth0. */
export const secondCard: Edit = both(
  inFile("ip-addr", /^3: cni0/m, `${card}    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth1\n3: cni0`),
  inFile(
    "ip-route",
    /^192\.168\.10\.0\/24/m,
    "10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.15\nlocal 10.0.2.15 dev eth1 table local proto kernel scope host src 10.0.2.15\n192.168.10.0/24",
  ),
);

/** The default route leads out by it, as on cloud and Vagrant machines whose eth0 is the inner network. */
export const defaultBySecondCard: Edit = both(
  secondCard,
  inFile("ip-route", "default via 192.168.10.1 dev eth0", "default via 10.0.2.2 dev eth1"),
);
