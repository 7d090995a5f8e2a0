// Every tool there is, by name. What is not here does not exist, whatever a model asks for.
import type { Tool } from "./tool.ts";
import { compareKpis } from "./tools/analytics/compare-kpis.ts";
import { forecastDemand } from "./tools/analytics/forecast-demand.ts";
import { getWaitTimes } from "./tools/analytics/get-wait-times.ts";
import { listBottomItems } from "./tools/analytics/list-bottom-items.ts";
import { listItemPairs } from "./tools/analytics/list-item-pairs.ts";
import { listPeakHours } from "./tools/analytics/list-peak-hours.ts";
import { listTopItems } from "./tools/analytics/list-top-items.ts";
import { adjustStock } from "./tools/inventory/adjust-stock.ts";
import { draftPurchaseOrders } from "./tools/inventory/draft-purchase-orders.ts";
import { listLowStock } from "./tools/inventory/list-low-stock.ts";
import { listStock } from "./tools/inventory/list-stock.ts";
import { setParLevels } from "./tools/inventory/set-par-levels.ts";
import { advanceTickets } from "./tools/kitchen/advance-tickets.ts";
import { getPrepTimes } from "./tools/kitchen/get-prep-times.ts";
import { listOverdueTickets } from "./tools/kitchen/list-overdue-tickets.ts";
import { listStationTickets } from "./tools/kitchen/list-station-tickets.ts";
import { archiveItems } from "./tools/menu/archive-items.ts";
import { createDiscount } from "./tools/menu/create-discount.ts";
import { createItem } from "./tools/menu/create-item.ts";
import { publishMenu } from "./tools/menu/publish-menu.ts";
import { searchMenu } from "./tools/menu/search-menu.ts";
import { setAvailability } from "./tools/menu/set-availability.ts";
import { updatePrices } from "./tools/menu/update-prices.ts";
import { listItemsWithoutImage } from "./tools/menu-media/list-items-without-image.ts";
import { setCategoryAvailability } from "./tools/menu-media/set-category-availability.ts";
import { setItemImage } from "./tools/menu-media/set-item-image.ts";
import { translateItems } from "./tools/menu-media/translate-items.ts";
import { advanceOrder } from "./tools/orders/advance-order.ts";
import { cancelOrder } from "./tools/orders/cancel-order.ts";
import { completeOrder } from "./tools/orders/complete-order.ts";
import { getToday } from "./tools/orders/get-today.ts";
import { listKitchenQueue } from "./tools/orders/list-kitchen-queue.ts";
import { listOpenOrders } from "./tools/orders/list-open-orders.ts";
import { listOverdueOrders } from "./tools/orders/list-overdue-orders.ts";
import { createQrCode } from "./tools/qr/create-qr-code.ts";
import { createQrCodes } from "./tools/qr/create-qr-codes.ts";
import { listQrCodes } from "./tools/qr/list-qr-codes.ts";
import { rotateQrCode } from "./tools/qr/rotate-qr-code.ts";
import { getSchedule } from "./tools/staff/get-schedule.ts";
import { getStaffPerformance } from "./tools/staff/get-staff-performance.ts";
import { inviteMember } from "./tools/staff/invite-member.ts";
import { listRoles } from "./tools/staff/list-roles.ts";
import { listTeam } from "./tools/staff/list-team.ts";
import { createTables } from "./tools/tables/create-tables.ts";
import { getTableRevenue } from "./tools/tables/get-table-revenue.ts";
import { listTableOrders } from "./tools/tables/list-table-orders.ts";
import { listTables } from "./tools/tables/list-tables.ts";
import { mergeTables } from "./tools/tables/merge-tables.ts";

export type Registry = ReadonlyMap<string, Tool>;

export const tools: readonly Tool[] = [
  listOpenOrders,
  listKitchenQueue,
  listOverdueOrders,
  getToday,
  advanceOrder,
  completeOrder,
  cancelOrder,
  searchMenu,
  updatePrices,
  setAvailability,
  createItem,
  archiveItems,
  createDiscount,
  publishMenu,
  listQrCodes,
  createQrCode,
  createQrCodes,
  rotateQrCode,
  listStationTickets,
  listOverdueTickets,
  getPrepTimes,
  advanceTickets,
  listItemsWithoutImage,
  setItemImage,
  translateItems,
  setCategoryAvailability,
  listTables,
  listTableOrders,
  getTableRevenue,
  createTables,
  mergeTables,
  listStock,
  listLowStock,
  adjustStock,
  setParLevels,
  draftPurchaseOrders,
  listTeam,
  listRoles,
  getSchedule,
  getStaffPerformance,
  inviteMember,
  compareKpis,
  listTopItems,
  listBottomItems,
  listPeakHours,
  listItemPairs,
  getWaitTimes,
  forecastDemand,
];

export const registry: Registry = new Map(tools.map((tool) => [tool.name, tool]));
