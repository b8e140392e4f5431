import { dtlsFingerprint } from '@eventtorrent/protocol';

/** What a viewer shows that a ticket is its own: a certificate, and its SHA-256 fingerprint in hex. */
export type Identity = { readonly certificate: RTCCertificate; readonly dtls: string };

/** The fingerprint is read from a description: not every browser tells it of a certificate. */
export async function makeIdentity(): Promise<Identity> {
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier);
  const described = new RTCPeerConnection({ certificates: [certificate] });
  try {
    described.createDataChannel('');
    const { sdp = '' } = await described.createOffer();
    return { certificate, dtls: dtlsFingerprint(sdp) ?? '' };
  } finally {
    described.close();
  }
}
