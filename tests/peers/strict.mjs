// A provider that is strict about assertions, and answers with whatever a test wants: what stands between a machine and
// its provider answers too. The assertions are verified by jose.
//
//   strict.mjs FOLDER
//
// FOLDER/rules.json, read at every request:
//   clients   {CLIENT: {kid, key (PEM, public), org, scope}}
//   orgs      {ORG: [device id, …]}
//   ahead     seconds that this provider's clock is ahead of the machine's, or behind where it is negative
//   answers   {token | devices: [status, content type, body]}: in place of its own
// FOLDER/tls.{key,cert}: serves HTTPS when they are there. Writes its URL to FOLDER/url, and ends with the process that
// started it.

import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { jwtVerify } from 'jose';

const folder = process.argv[2];
const file = (name) => `${folder}/${name}`;
const rules = () => JSON.parse(readFileSync(file('rules.json'), 'utf8'));
const now = () => new Date(Date.now() + 1000 * (rules().ahead ?? 0));
const seen = new Set();
let url;

const send = (response, status, type, body) => {
    response.writeHead(status, { 'Content-Type': type, Date: now().toUTCString() });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const refuse = (response, error, description) =>
    send(response, 400, 'application/json;charset=UTF-8', { error, error_description: description });

const token = async (response, form) => {
    const id = form.get('client_id');
    const client = rules().clients?.[id];
    if (form.get('grant_type') !== 'client_credentials') return refuse(response, 'unsupported_grant_type', 'grant');
    if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        return refuse(response, 'invalid_request', 'client_assertion_type');
    if (!client) return refuse(response, 'invalid_client', 'unknown client');
    try {
        const { payload, protectedHeader } = await jwtVerify(
            form.get('client_assertion'),
            createPublicKey(client.key),
            {
                algorithms: ['ES256'],
                audience: url,
                issuer: id,
                subject: id,
                typ: 'JWT',
                requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti'],
                maxTokenAge: 300,
                clockTolerance: 0,
                currentDate: now(),
            },
        );
        if (protectedHeader.kid !== client.kid) return refuse(response, 'invalid_client', 'unknown key');
        if (seen.has(payload.jti)) return refuse(response, 'invalid_client', 'jti was used before');
        seen.add(payload.jti);
    } catch (problem) {
        return refuse(response, 'invalid_client', `client assertion: ${problem.message}`);
    }
    if (form.get('scope') !== client.scope) return refuse(response, 'invalid_scope', 'not for this client');
    return send(response, 200, 'application/json', {
        access_token: `token-of-${id}`,
        token_type: 'Bearer',
        expires_in: 3600,
    });
};

const devices = (request, response) => {
    const id = /^Bearer token-of-(.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const client = rules().clients?.[id];
    if (!client) return send(response, 401, 'application/json', { errors: [{ status: '401' }] });
    const ids = rules().orgs?.[client.org] ?? [];
    const device = (each) => ({ type: 'orgDevices', id: each, attributes: { serialNumber: each } });
    const path = new URL(request.url, 'http://localhost').pathname.split('/').slice(3).map(decodeURIComponent);
    if (path.length === 0) return send(response, 200, 'application/json', { data: ids.map(device), links: {} });
    if (!ids.includes(path[0])) return send(response, 404, 'application/json', { errors: [{ status: '404' }] });
    return send(response, 200, 'application/json', { data: path.length === 1 ? device(path[0]) : [] });
};

const answer = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const where = request.url.startsWith('/v1/') ? 'devices' : 'token';
    const other = rules().answers?.[where];
    if (other) return send(response, ...other);
    if (where === 'devices') return devices(request, response);
    return token(response, new URLSearchParams(Buffer.concat(chunks).toString()));
};

const secure = existsSync(file('tls.key'));
const options = secure ? { key: readFileSync(file('tls.key')), cert: readFileSync(file('tls.cert')) } : {};
const server = (secure ? https : http).createServer(options, (request, response) => {
    answer(request, response).catch((problem) => send(response, 500, 'text/plain', problem.message));
});
server.listen(0, '127.0.0.1', () => {
    url = `${secure ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    // Whole or not there.
    writeFileSync(file('url.new'), url);
    renameSync(file('url.new'), file('url'));
});

// Orphans go to another parent.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
}, 200);
