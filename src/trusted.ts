/**
 * The page allows scripts only by policy: workers from blobs of its own, chunks of its own origin. Imported first, before
 * anything can start a worker.
 */
type Factory = {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): unknown;
};

(globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    if (!address.startsWith("blob:") && new URL(address, location.href).origin !== location.origin)
      throw new TypeError("untrusted script address");
    return address;
  },
});

// No policy that browsers know speaks of WebRTC, whose packets pass by connect-src: the page does without it.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(globalThis, name);
