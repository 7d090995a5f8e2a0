/** A SQL schema from the owner's request over HTTP to the first query of a BI tool; and no way from its role to the API. */
import { afterAll, expect, test } from "vitest";
import { signToken } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { meal, place, scan } from "../support/guests.ts";
import { connect, leave, type Tenant } from "../support/tenant.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const database = { url: stack.dbUrl, sql };
const venue = await buildVenue(world);
const { owner, members, organisationId } = venue;
const ask = (actor: typeof owner, name: string) => api.rpc<Tenant>(actor, name, { p_organisation_id: organisationId });
afterAll(async () => {
  await leave(database);
  await ask(owner, "drop_tenant_schema"); // its role is the whole server's
  await world.close();
});

test("it needs the plan and an owner; then a tool reads what guests have ordered", async () => {
  expect(await ask(owner, "provision_tenant_schema")).toMatchObject({
    status: 403,
    problem: { message: "entitlement_exceeded" },
  });
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;
  expect(await ask(members.manager, "provision_tenant_schema")).toMatchObject({
    status: 403,
    problem: { message: "permission_denied" },
  });
  const tenant = must(await ask(owner, "provision_tenant_schema"));
  const session = await scan(api, venue.tables[0].qr);
  const order = must(await place(api, session, meal(venue.menu, "pay_later")));
  const found = await connect(database, tenant)`select id, total_minor::int from orders`;
  expect(found).toEqual([{ id: order.id, total_minor: order.total_minor }]);
  expect(must(await ask(owner, "get_tenant_schema"))).not.toHaveProperty("password");
});

test("the API shows neither the schema nor its role", async () => {
  const { schema, role } = must(await ask(owner, "get_tenant_schema"));
  const elsewhere = await api.send(owner, "GET", "/rest/v1/orders", undefined, { "accept-profile": schema });
  expect(elsewhere).toMatchObject({ status: 406, text: expect.stringContaining("PGRST106") });
  const token = await signToken(stack, { ...owner.claims, role });
  const become = await api.send({ ...owner, token }, "GET", "/rest/v1/orders");
  expect(become.status).toBe(403);
  expect(become.text).toContain("permission denied to set role");
  expect((await api.send(owner, "GET", "/rest/v1/orders")).status).toBe(200);
});
