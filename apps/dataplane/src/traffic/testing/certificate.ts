import { makeCertificate } from './make-certificate.ts'

/** A certificate for localhost and 127.0.0.1, which nobody but itself vouches for, and its key. */
export const { certificate, key: certificateKey } = makeCertificate()
