/** A self-signed certificate for localhost and 127.0.0.1, which nobody trusts; valid for a hundred years. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUe7eok3lC6InNMZW8KUn6xINufbcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1MDM0M1oYDzIxMjYxMDI5
MTUwMzQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATTc43PFi3DO8rsAawO2WbJPkR8eD8yj777G/1kMUwOg4Mdn3OpaINt
sRPV+7jYNd5uwrwmsZPHvw2e7O19OA2io28wbTAdBgNVHQ4EFgQU0MPHguo1gp9Q
cYkuDpWtAzLsxgEwHwYDVR0jBBgwFoAU0MPHguo1gp9QcYkuDpWtAzLsxgEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgblYRLV8ottFr/rpeSa//+bST587eXvA/wcGRkaBHIDgCIA5R
40BZccTv2dJL7ezpHal+IowW0ipDtLpmIAjxjy3+
-----END CERTIFICATE-----
`

/** Its key. It protects nothing. */
export const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge1ecpQc7A7SOZeD0
5vWhmTLj4Bk00a0efj/SKHbQKa2hRANCAATTc43PFi3DO8rsAawO2WbJPkR8eD8y
j777G/1kMUwOg4Mdn3OpaINtsRPV+7jYNd5uwrwmsZPHvw2e7O19OA2i
-----END PRIVATE KEY-----
`
