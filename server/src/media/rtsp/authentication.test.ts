import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorization, chooseChallenge } from './authentication.ts';

const mufasa = { username: 'Mufasa', password: 'Circle Of Life' };

test('Digest with qop answers the example of RFC 2617 section 3.5', () => {
  const challenge = chooseChallenge([
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  ]);
  assert.ok(challenge);
  const answer = authorization(challenge, mufasa, { method: 'GET', uri: '/dir/index.html' }, '0a4f113b');
  assert.match(answer, /response="6629fae49393a05397450978507c4ef1"/);
  assert.match(answer, /opaque="5ccc069c403ebaf9f0171e9517f40e41"/);
  assert.match(answer, /qop=auth, nc=00000001, cnonce="0a4f113b"/);
});

test('Digest with SHA-256 answers the example of RFC 7616 section 3.9.1', () => {
  const challenge = chooseChallenge([
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"',
  ]);
  assert.ok(challenge);
  const credentials = { username: 'Mufasa', password: 'Circle of Life' };
  const request = { method: 'GET', uri: '/dir/index.html' };
  const answer = authorization(challenge, credentials, request, 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ');
  assert.match(answer, /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/);
});

test('the strongest known scheme is chosen, in any order, and unknown ones are passed over', () => {
  const basic = 'Basic realm="cam"';
  const md5 = 'Digest realm="cam", nonce="1"';
  const sha256 = 'Digest realm="cam", nonce="1", algorithm=SHA-256';
  assert.equal(chooseChallenge([basic, md5])?.scheme, 'digest');
  assert.deepEqual(chooseChallenge([basic, md5, sha256]), chooseChallenge([sha256]));
  assert.equal(chooseChallenge(['Digest realm="cam", nonce="1", algorithm=MD5-sess', basic])?.scheme, 'basic');
  assert.equal(chooseChallenge(['Negotiate']), null);
});

test('Basic carries any UTF-8 password', () => {
  const answer = authorization(
    { scheme: 'basic' },
    { username: 'ü', password: 'p:"ß' },
    { method: 'DESCRIBE', uri: 'x' },
  );
  assert.equal(Buffer.from(answer.slice('Basic '.length), 'base64').toString(), 'ü:p:"ß');
});
