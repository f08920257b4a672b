import type { Damage } from "../damage.ts";
import { awsExternalSnatMismatch } from "./aws-external-snat-mismatch.ts";
import { bridgeBypassesIptables } from "./bridge-bypasses-iptables.ts";
import { clusterCidrDoesNotCoverPods } from "./cluster-cidr-does-not-cover-pods.ts";
import { clusterCidrMissingForFamily } from "./cluster-cidr-missing-for-family.ts";
import { conntrackTableFull } from "./conntrack-table-full.ts";
import { dockerMasqueradeOverlapsPods } from "./docker-masquerade-overlaps-pods.ts";
import { endpointRouteMissing } from "./endpoint-route-missing.ts";
import { forwardPolicyDrop } from "./forward-policy-drop.ts";
import { hairpinModeOff } from "./hairpin-mode-off.ts";
import { hairpinNotMasqueraded } from "./hairpin-not-masqueraded.ts";
import { hostFirewallRejects } from "./host-firewall-rejects.ts";
import { hostPortCapturesClusterIp } from "./host-port-captures-cluster-ip.ts";
import { hostServiceExposed } from "./host-service-exposed.ts";
import { inputPolicyDrop } from "./input-policy-drop.ts";
import { invalidPacketsLeak } from "./invalid-packets-leak.ts";
import { ipForwardOff } from "./ip-forward-off.ts";
import { ipsetEntryMissing } from "./ipset-entry-missing.ts";
import { ipvsConntrackOff } from "./ipvs-conntrack-off.ts";
import { ipvsFilterRejects } from "./ipvs-filter-rejects.ts";
import { ipvsPortReuse } from "./ipvs-port-reuse.ts";
import { leftoversOfOtherMode } from "./leftovers-of-other-mode.ts";
import { localhostNodePortOff } from "./localhost-node-port-off.ts";
import { markBitConflict } from "./mark-bit-conflict.ts";
import { markSurvivesEncapsulation } from "./mark-survives-encapsulation.ts";
import { masqueradeAgentRangesWrong } from "./masquerade-agent-ranges-wrong.ts";
import { masqueradeAllHidesClients } from "./masquerade-all-hides-clients.ts";
import { masqueradePreempted } from "./masquerade-preempted.ts";
import { noEndpoints } from "./no-endpoints.ts";
import { noLocalEndpoints } from "./no-local-endpoints.ts";
import { noRealServers } from "./no-real-servers.ts";
import { nodeAddressOnIpvsDevice } from "./node-address-on-ipvs-device.ts";
import { nodeLocalDnsBindsClusterIp } from "./node-local-dns-binds-cluster-ip.ts";
import { nodePortNotMasqueraded } from "./node-port-not-masqueraded.ts";
import { podEgressNotMasqueraded } from "./pod-egress-not-masqueraded.ts";
import { referencedChainMissing } from "./referenced-chain-missing.ts";
import { sameNodeEbtables } from "./same-node-ebtables.ts";
import { serviceAddressNotBound } from "./service-address-not-bound.ts";
import { serviceChainEdited } from "./service-chain-edited.ts";
import { serviceHookMissing } from "./service-hook-missing.ts";
import { sourceAddressOfOtherInterface } from "./source-address-of-other-interface.ts";
import { sourceRangesExcludeClient } from "./source-ranges-exclude-client.ts";
import { splitIptablesBackends } from "./split-iptables-backends.ts";
import { staleConntrackEntry } from "./stale-conntrack-entry.ts";
import { staleHostPort } from "./stale-host-port.ts";
import { strictArpOff } from "./strict-arp-off.ts";
import { strictReversePathFilter } from "./strict-reverse-path-filter.ts";
import { tailscaleDropsRange } from "./tailscale-drops-range.ts";
import { twoMasqueradeOwners } from "./two-masquerade-owners.ts";
import { vxlanChecksumOffload } from "./vxlan-checksum-offload.ts";

/** Damaged nodes by the id of the cause. */
export const damages: Readonly<Record<string, readonly Damage[]>> = {
  "aws-external-snat-mismatch": awsExternalSnatMismatch,
  "bridge-bypasses-iptables": bridgeBypassesIptables,
  "cluster-cidr-does-not-cover-pods": clusterCidrDoesNotCoverPods,
  "cluster-cidr-missing-for-family": clusterCidrMissingForFamily,
  "conntrack-table-full": conntrackTableFull,
  "docker-masquerade-overlaps-pods": dockerMasqueradeOverlapsPods,
  "endpoint-route-missing": endpointRouteMissing,
  "forward-policy-drop": forwardPolicyDrop,
  "hairpin-mode-off": hairpinModeOff,
  "hairpin-not-masqueraded": hairpinNotMasqueraded,
  "host-firewall-rejects": hostFirewallRejects,
  "host-port-captures-cluster-ip": hostPortCapturesClusterIp,
  "host-service-exposed": hostServiceExposed,
  "input-policy-drop": inputPolicyDrop,
  "invalid-packets-leak": invalidPacketsLeak,
  "ip-forward-off": ipForwardOff,
  "ipset-entry-missing": ipsetEntryMissing,
  "ipvs-conntrack-off": ipvsConntrackOff,
  "ipvs-filter-rejects": ipvsFilterRejects,
  "localhost-node-port-off": localhostNodePortOff,
  "ipvs-port-reuse": ipvsPortReuse,
  "leftovers-of-other-mode": leftoversOfOtherMode,
  "mark-bit-conflict": markBitConflict,
  "masquerade-agent-ranges-wrong": masqueradeAgentRangesWrong,
  "masquerade-all-hides-clients": masqueradeAllHidesClients,
  "masquerade-preempted": masqueradePreempted,
  "node-port-not-masqueraded": nodePortNotMasqueraded,
  "no-endpoints": noEndpoints,
  "no-local-endpoints": noLocalEndpoints,
  "no-real-servers": noRealServers,
  "node-address-on-ipvs-device": nodeAddressOnIpvsDevice,
  "node-local-dns-binds-cluster-ip": nodeLocalDnsBindsClusterIp,
  "pod-egress-not-masqueraded": podEgressNotMasqueraded,
  "same-node-ebtables": sameNodeEbtables,
  "referenced-chain-missing": referencedChainMissing,
  "service-address-not-bound": serviceAddressNotBound,
  "service-chain-edited": serviceChainEdited,
  "service-hook-missing": serviceHookMissing,
  "source-address-of-other-interface": sourceAddressOfOtherInterface,
  "split-iptables-backends": splitIptablesBackends,
  "stale-conntrack-entry": staleConntrackEntry,
  "stale-host-port": staleHostPort,
  "strict-arp-off": strictArpOff,
  "strict-reverse-path-filter": strictReversePathFilter,
  "source-ranges-exclude-client": sourceRangesExcludeClient,
  "tailscale-drops-range": tailscaleDropsRange,
  "two-masquerade-owners": twoMasqueradeOwners,
  "vxlan-checksum-offload": vxlanChecksumOffload,
  "mark-survives-encapsulation": markSurvivesEncapsulation,
};
