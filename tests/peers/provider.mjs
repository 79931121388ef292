// A provider of the kind that tenants have credentials for: a real OAuth server, and beside it a
// small API of devices that accepts nothing but its tokens.
//
//   provider.mjs FOLDER
//
// FOLDER/clients.json: [{client_id, key_id, public_key (PEM)}], read at every request, so that a test
// adds and revokes clients by rewriting it. FOLDER/devices.json: ids. FOLDER/mode: how to fail, if at
// all. FOLDER/tls.{key,cert}: serves HTTPS when they are there. Writes its URL to FOLDER/url, and ends
// with the process that started it.

import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Provider } from 'oidc-provider';

const folder = process.argv[2];
const file = (name) => `${folder}/${name}`;
const read = (name, otherwise) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : otherwise);

const client = (id) => {
    const found = JSON.parse(read('clients.json', '[]')).find((each) => each.client_id === id);
    if (!found) return undefined;
    const jwk = createPublicKey(found.public_key).export({ format: 'jwk' });
    return {
        client_id: id,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: 'business.api school.api',
        jwks: { keys: [{ ...jwk, kid: found.key_id, alg: 'ES256', use: 'sig' }] },
    };
};

const stored = new Map();
class Adapter {
    constructor(kind) {
        this.kind = kind;
    }
    key(id) {
        return `${this.kind}:${id}`;
    }
    async upsert(id, payload) {
        stored.set(this.key(id), payload);
    }
    async find(id) {
        return this.kind === 'Client' ? client(id) : stored.get(this.key(id));
    }
    async findByUid() {
        return undefined;
    }
    async findByUserCode() {
        return undefined;
    }
    async destroy(id) {
        stored.delete(this.key(id));
    }
    async consume(id) {
        stored.get(this.key(id)).consumed = true;
    }
    async revokeByGrantId() {}
}

const json = (response, status, body, headers = {}) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
};

// Whole answers that are none; true: it has been dealt with.
const failOnPurpose = (mode, response) => {
    const [kind, argument] = mode.split(' ');
    switch (kind) {
        case 'hang':
            return true;
        case '500':
            json(response, 500, { errors: [{ status: '500', code: 'UNEXPECTED_ERROR' }] });
            return true;
        case '429':
            json(response, 429, { errors: [{ status: '429' }] }, argument ? { 'Retry-After': argument } : {});
            return true;
        case 'lostonce':
            // Done, and the answer never comes.
            writeFileSync(file('mode'), '');
            response.end = () => response.socket.destroy();
            return false;
        case "429once":
            writeFileSync(file('mode'), '');
            json(response, 429, { errors: [{ status: '429' }] }, { 'Retry-After': argument });
            return true;
        case 'html':
            response.writeHead(200, { 'Content-Type': 'text/html' });
            response.end('<html><body>maintenance</body></html>');
            return true;
        case 'half':
            response.writeHead(200, { 'Content-Type': 'application/json' });
            response.end('{"access_token":"abc","data":[{"id":');
            return true;
        case 'redirect':
            response.writeHead(302, { Location: 'http://127.0.0.1:1/elsewhere' });
            response.end();
            return true;
        case 'huge':
            response.writeHead(200, { 'Content-Type': 'application/json' });
            for (let i = 0; i < 320; ++i) response.write(' '.repeat(65536));
            response.end('{}');
            return true;
        default:
            return false;
    }
};

const serveDevices = async (provider, request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const accepted = token && (await provider.ClientCredentials.find(token));
    if (!accepted || !client(accepted.clientId))
        return json(response, 401, { errors: [{ status: '401', code: 'NOT_AUTHORIZED' }] });
    const url = new URL(request.url, 'http://localhost');
    const ids = JSON.parse(read('devices.json', '[]'));
    const device = (id) => ({ type: 'orgDevices', id, attributes: { serialNumber: id } });
    if (url.pathname === '/v1/orgDevices') {
        const start = Number(url.searchParams.get('cursor') ?? 0);
        const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), Number(read('page_size', '1000')));
        const next = start + limit < ids.length ? `/v1/orgDevices?cursor=${start + limit}` : undefined;
        return json(response, 200, { data: ids.slice(start, start + limit).map(device), links: { next } });
    }
    const id = decodeURIComponent(url.pathname.slice('/v1/orgDevices/'.length));
    if (!ids.includes(id)) return json(response, 404, { errors: [{ status: '404', code: 'NOT_FOUND' }] });
    return json(response, 200, { data: device(id) });
};

const secure = existsSync(file('tls.key'));
const server = secure
    ? https.createServer({ key: read('tls.key'), cert: read('tls.cert') })
    : http.createServer();

server.listen(0, '127.0.0.1', () => {
    const url = `${secure ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    const provider = new Provider(url, {
        adapter: Adapter,
        scopes: ['business.api', 'school.api'],
        clientAuthMethods: ['private_key_jwt'],
        enabledJWA: { clientAuthSigningAlgValues: ['ES256'] },
        features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
        ttl: { ClientCredentials: 3600 },
    });
    const oauth = provider.callback();
    server.on('request', (request, response) => {
        const devices = request.url.startsWith('/v1/orgDevices');
        const [where, ...mode] = read('mode', '').trim().split(' ');
        const meant = where === 'all' || where === (devices ? 'devices' : 'token');
        if (meant && failOnPurpose(mode.join(' '), response)) return;
        if (devices) serveDevices(provider, request, response);
        else oauth(request, response);
    });
    // Whole or not there.
    writeFileSync(file('url.new'), url);
    renameSync(file('url.new'), file('url'));
});

// Orphans go to another parent.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
}, 200);
