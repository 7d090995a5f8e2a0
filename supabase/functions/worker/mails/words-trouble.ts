// What members are told of money that needs them, in the languages that menus are offered in. {braces} are filled in.

export interface TroubleWords {
  readonly trouble_subject: string;
  readonly event_quarantined: string;
  readonly refund_failed: string;
  readonly dispute_opened: string;
  readonly dispute_won: string;
  readonly dispute_lost: string;
}

export const TROUBLE: Readonly<Record<"en" | "es" | "fr" | "de" | "it" | "pt" | "ar" | "zh" | "ja", TroubleWords>> = {
  en: {
    trouble_subject: "{venue}: a payment needs you",
    event_quarantined:
      "What the payment provider reports about order {order} ({amount}) does not match the books. Nothing was changed: somebody has to decide.",
    refund_failed: "The refund of {amount} for order {order} came back: the guest has not received it.",
    dispute_opened: "A guest's bank disputes {amount} of order {order}. Answer in time, at the payment provider.",
    dispute_won: "The dispute over {amount} of order {order} was won: the money is yours again.",
    dispute_lost: "The dispute over {amount} of order {order} was lost: the money is gone.",
  },
  es: {
    trouble_subject: "{venue}: un pago le necesita",
    event_quarantined:
      "Lo que el proveedor de pagos comunica sobre el pedido {order} ({amount}) no coincide con los libros. No se ha cambiado nada: alguien tiene que decidir.",
    refund_failed: "El reembolso de {amount} del pedido {order} ha vuelto: el cliente no lo ha recibido.",
    dispute_opened:
      "El banco de un cliente reclama {amount} del pedido {order}. Responda a tiempo en el proveedor de pagos.",
    dispute_won: "Se ha ganado la reclamación de {amount} del pedido {order}: el dinero vuelve a ser suyo.",
    dispute_lost: "Se ha perdido la reclamación de {amount} del pedido {order}: el dinero se ha ido.",
  },
  fr: {
    trouble_subject: "{venue} : un paiement a besoin de vous",
    event_quarantined:
      "Ce que le prestataire de paiement signale pour la commande {order} ({amount}) ne correspond pas aux comptes. Rien n'a été modifié : quelqu'un doit décider.",
    refund_failed: "Le remboursement de {amount} pour la commande {order} est revenu : le client ne l'a pas reçu.",
    dispute_opened:
      "La banque d'un client conteste {amount} de la commande {order}. Répondez à temps chez le prestataire de paiement.",
    dispute_won: "Le litige de {amount} sur la commande {order} est gagné : l'argent est de nouveau à vous.",
    dispute_lost: "Le litige de {amount} sur la commande {order} est perdu : l'argent est parti.",
  },
  de: {
    trouble_subject: "{venue}: Eine Zahlung braucht Sie",
    event_quarantined:
      "Was der Zahlungsanbieter zu Bestellung {order} ({amount}) meldet, passt nicht zu den Büchern. Es wurde nichts geändert: Jemand muss entscheiden.",
    refund_failed: "Die Erstattung von {amount} für Bestellung {order} kam zurück: Der Gast hat sie nicht erhalten.",
    dispute_opened:
      "Die Bank eines Gastes bestreitet {amount} der Bestellung {order}. Antworten Sie rechtzeitig beim Zahlungsanbieter.",
    dispute_won: "Der Streit über {amount} der Bestellung {order} ist gewonnen: Das Geld gehört wieder Ihnen.",
    dispute_lost: "Der Streit über {amount} der Bestellung {order} ist verloren: Das Geld ist weg.",
  },
  it: {
    trouble_subject: "{venue}: un pagamento ha bisogno di lei",
    event_quarantined:
      "Ciò che il fornitore di pagamenti comunica sull'ordine {order} ({amount}) non corrisponde ai conti. Non è stato cambiato nulla: qualcuno deve decidere.",
    refund_failed: "Il rimborso di {amount} per l'ordine {order} è tornato indietro: il cliente non lo ha ricevuto.",
    dispute_opened:
      "La banca di un cliente contesta {amount} dell'ordine {order}. Risponda in tempo presso il fornitore di pagamenti.",
    dispute_won: "La contestazione di {amount} sull'ordine {order} è vinta: il denaro è di nuovo suo.",
    dispute_lost: "La contestazione di {amount} sull'ordine {order} è persa: il denaro non c'è più.",
  },
  pt: {
    trouble_subject: "{venue}: um pagamento precisa de si",
    event_quarantined:
      "O que o prestador de pagamentos comunica sobre o pedido {order} ({amount}) não corresponde aos livros. Nada foi alterado: alguém tem de decidir.",
    refund_failed: "O reembolso de {amount} do pedido {order} voltou para trás: o cliente não o recebeu.",
    dispute_opened:
      "O banco de um cliente contesta {amount} do pedido {order}. Responda a tempo no prestador de pagamentos.",
    dispute_won: "A disputa de {amount} do pedido {order} foi ganha: o dinheiro é novamente seu.",
    dispute_lost: "A disputa de {amount} do pedido {order} foi perdida: o dinheiro foi-se.",
  },
  ar: {
    trouble_subject: "{venue}: دفعة تحتاج إليك",
    event_quarantined:
      "ما يبلغ عنه مزود الدفع بشأن الطلب {order} ({amount}) لا يطابق الدفاتر. لم يتغير شيء: على أحد أن يقرر.",
    refund_failed: "عاد المبلغ المسترد {amount} للطلب {order}: لم يستلمه الضيف.",
    dispute_opened: "يعترض بنك أحد الضيوف على {amount} من الطلب {order}. أجب في الوقت المناسب لدى مزود الدفع.",
    dispute_won: "كُسب النزاع على {amount} من الطلب {order}: المال لك من جديد.",
    dispute_lost: "خُسر النزاع على {amount} من الطلب {order}: ذهب المال.",
  },
  zh: {
    trouble_subject: "{venue}：有一笔付款需要您处理",
    event_quarantined: "支付服务商关于订单 {order}（{amount}）的通知与账目不符。未作任何更改：需要有人决定。",
    refund_failed: "订单 {order} 的退款 {amount} 被退回：顾客没有收到。",
    dispute_opened: "顾客的银行对订单 {order} 的 {amount} 提出争议。请及时在支付服务商处答复。",
    dispute_won: "订单 {order} 的 {amount} 争议已胜诉：款项重新归您。",
    dispute_lost: "订单 {order} 的 {amount} 争议已败诉：款项已失去。",
  },
  ja: {
    trouble_subject: "{venue}：対応が必要な支払いがあります",
    event_quarantined:
      "注文 {order}（{amount}）について決済事業者の通知が帳簿と一致しません。何も変更されていません。判断が必要です。",
    refund_failed: "注文 {order} の返金 {amount} が戻ってきました。お客様は受け取っていません。",
    dispute_opened:
      "お客様の銀行が注文 {order} の {amount} に異議を申し立てています。期限内に決済事業者で回答してください。",
    dispute_won: "注文 {order} の {amount} の異議申し立てに勝ちました。お金は再びあなたのものです。",
    dispute_lost: "注文 {order} の {amount} の異議申し立てに負けました。お金は失われました。",
  },
};
