/** Who a request is from, as long as nobody signs in: the name it gives, else its address. */
export const madeByOf = (request: { ip: string }, given = ''): string =>
  // IPv4 on a socket of IPv6 (RFC 4291, 2.5.5.2): people know it without the prefix.
  given.trim() || request.ip.replace(/^::ffff:(?=\d+\.)/i, '');
