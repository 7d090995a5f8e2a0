// Signed links: whoever holds one reads this object until it ends. Their key is derived from the stack's secret and is no
// token's key, so a link can never pass for somebody's access token, nor the other way round.
import { createHmac } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";

export interface StorageLinks {
  sign(bucket: string, name: string, seconds: number): Promise<string>;
  /** Does this token open this object now? */
  opens(token: string | null, bucket: string, name: string): Promise<boolean>;
}

export function storageLinks(jwtSecret: string): StorageLinks {
  const key = createHmac("sha256", jwtSecret).update("servio storage links").digest();
  return {
    sign: (bucket, name, seconds) =>
      new SignJWT({ url: `${bucket}/${name}` })
        .setProtectedHeader({ alg: "HS256" })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key),
    async opens(token, bucket, name) {
      if (!token) return false;
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp", "url"] });
        return payload.url === `${bucket}/${name}`;
      } catch {
        return false;
      }
    },
  };
}
