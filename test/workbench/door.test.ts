// The door of the workbench: token, cookie, Host, Origin, policy; and the page stands behind it.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

let served: Served;
beforeAll(async () => {
  served = await serveFolder(await demoFolder());
}, 120_000);
afterAll(() => served?.close());

/** A request with any headers, which fetch would not send. */
function raw(path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(served.origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the door', () => {
  test('nobody is let in without the token, and a wrong one is no better', async () => {
    expect((await fetch(`${served.origin}/`)).status).toBe(401);
    expect((await fetch(`${served.origin}/api/me`)).status).toBe(401);
    expect((await call(served, 'not-the-token', '/api/me')).status).toBe(401);
    expect((await fetch(`${served.origin}/?token=not-the-token`)).status).toBe(401);
    expect(await (await call(served, served.token, '/api/me')).json()).toMatchObject({ role: 'owner' });
  });

  test('the token in the opened address becomes a cookie that scripts cannot read, and leaves the address', async () => {
    const opened = await fetch(served.url, { redirect: 'manual' });
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toBe('/');
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect(cookie).not.toContain(served.token);
    const me = await fetch(`${served.origin}/api/me`, { headers: { cookie: cookie.split(';')[0] } });
    expect(me.status).toBe(200);
    const forged = await fetch(`${served.origin}/api/me`, {
      headers: { cookie: `${cookie.split('=')[0]}=${served.token}` },
    });
    expect(forged.status).toBe(401);
  });

  test('a name that somebody points here, and pages from elsewhere, are refused whatever they know', async () => {
    const authorization = `Bearer ${served.token}`;
    const host = new URL(served.origin).host;
    expect(await raw('/api/me', { authorization, host })).toBe(200);
    expect(await raw('/api/me', { authorization, host: 'evil.example:80' })).toBe(403);
    expect(await raw('/api/me', { authorization, host, origin: 'http://evil.example' })).toBe(403);
    expect(await raw('/api/me', { authorization, host, 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  test('no path leads out of the page’s folder, and the policy admits no script but the page’s', async () => {
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
    ]) {
      const reply = await call(served, served.token, path);
      expect(await reply.text()).not.toContain('"devDependencies"');
    }
    const page = await call(served, served.token, '/');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src[^;]* 'unsafe-(inline|eval)'/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  test('opens by a link that stands in somebody’s mail', async () => {
    const mail = createServer((_, reply) =>
      reply.setHeader('content-type', 'text/html').end(`<a href="${served.url}">Open</a>`),
    );
    await new Promise<void>((listening) => void mail.listen(0, '127.0.0.1', listening));
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      // To a browser "localhost" is another site than 127.0.0.1.
      await page.goto(`http://localhost:${(mail.address() as AddressInfo).port}/`);
      await page.getByRole('link', { name: 'Open' }).click();
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      expect(page.url()).not.toContain('token');
    } finally {
      await browser.close();
      mail.close();
    }
  });

  test('opens by its address, complains of nothing and has no serious fault', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await page.goto(served.url);
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      expect(page.url()).not.toContain('token');
      expect(complaints).toEqual([]);
      expect(await seriousFaults(page)).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
