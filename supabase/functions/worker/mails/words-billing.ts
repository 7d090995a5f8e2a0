// The words of the mails about a subscription, in the languages that menus are offered in. {braces} are filled in.
export interface BillingWords {
  readonly trial_ending_subject: string;
  readonly trial_ending: string;
  readonly payment_failed_subject: string;
  readonly payment_failed: string;
  readonly read_only_subject: string;
  readonly read_only: string;
}

const ENGLISH: BillingWords = {
  trial_ending_subject: "{organisation}: the trial ends on {day}",
  trial_ending:
    "The trial of {organisation} ends on {day}. After that everything can still be read, and nothing changed, until an owner chooses a plan. Nothing is lost.",
  payment_failed_subject: "{organisation}: a payment failed",
  payment_failed:
    "The subscription of {organisation} could not be charged. Service goes on until {day}: until then an owner can pay, or use another card, in the billing portal.",
  read_only_subject: "{organisation} is read-only now",
  read_only:
    "{organisation} has no paid subscription, so everything can be read and nothing changed. Guests can still be refunded. An owner can choose a plan, or pay what is open, at any time; then everything works again.",
};

export const BILLING_WORDS: Readonly<Record<string, BillingWords>> & { readonly en: BillingWords } = {
  en: ENGLISH,
  es: {
    trial_ending_subject: "{organisation}: la prueba termina el {day}",
    trial_ending:
      "La prueba de {organisation} termina el {day}. Después todo se podrá leer y nada cambiar, hasta que un propietario elija un plan. No se pierde nada.",
    payment_failed_subject: "{organisation}: un pago ha fallado",
    payment_failed:
      "No se pudo cobrar la suscripción de {organisation}. El servicio sigue hasta el {day}: hasta entonces un propietario puede pagar, o usar otra tarjeta, en el portal de facturación.",
    read_only_subject: "{organisation} es ahora de solo lectura",
    read_only:
      "{organisation} no tiene una suscripción pagada: todo se puede leer y nada cambiar. Aún se puede reembolsar a los clientes. Un propietario puede elegir un plan o pagar lo pendiente en cualquier momento; entonces todo vuelve a funcionar.",
  },
  fr: {
    trial_ending_subject: "{organisation} : l’essai se termine le {day}",
    trial_ending:
      "L’essai de {organisation} se termine le {day}. Ensuite tout reste lisible et rien n’est modifiable, jusqu’à ce qu’un propriétaire choisisse une formule. Rien n’est perdu.",
    payment_failed_subject: "{organisation} : un paiement a échoué",
    payment_failed:
      "L’abonnement de {organisation} n’a pas pu être prélevé. Le service continue jusqu’au {day} : d’ici là, un propriétaire peut payer ou changer de carte dans le portail de facturation.",
    read_only_subject: "{organisation} est maintenant en lecture seule",
    read_only:
      "{organisation} n’a pas d’abonnement payé : tout est lisible, rien n’est modifiable. Les clients peuvent encore être remboursés. Un propriétaire peut choisir une formule ou régler le solde à tout moment ; tout fonctionne alors de nouveau.",
  },
  de: {
    trial_ending_subject: "{organisation}: der Test endet am {day}",
    trial_ending:
      "Der Test von {organisation} endet am {day}. Danach lässt sich alles lesen und nichts ändern, bis ein Inhaber einen Tarif wählt. Es geht nichts verloren.",
    payment_failed_subject: "{organisation}: eine Zahlung ist fehlgeschlagen",
    payment_failed:
      "Das Abonnement von {organisation} konnte nicht abgebucht werden. Der Betrieb läuft bis {day} weiter: Bis dahin kann ein Inhaber im Abrechnungsportal zahlen oder eine andere Karte angeben.",
    read_only_subject: "{organisation} ist jetzt schreibgeschützt",
    read_only:
      "{organisation} hat kein bezahltes Abonnement: Alles lässt sich lesen, nichts ändern. Gästen kann weiterhin Geld erstattet werden. Ein Inhaber kann jederzeit einen Tarif wählen oder Offenes zahlen; dann geht alles wieder.",
  },
  it: {
    trial_ending_subject: "{organisation}: la prova termina il {day}",
    trial_ending:
      "La prova di {organisation} termina il {day}. Poi tutto si potrà leggere e nulla modificare, finché un titolare non sceglie un piano. Nulla va perso.",
    payment_failed_subject: "{organisation}: un pagamento non è riuscito",
    payment_failed:
      "Non è stato possibile addebitare l’abbonamento di {organisation}. Il servizio continua fino al {day}: fino ad allora un titolare può pagare, o usare un’altra carta, nel portale di fatturazione.",
    read_only_subject: "{organisation} è ora in sola lettura",
    read_only:
      "{organisation} non ha un abbonamento pagato: tutto si può leggere e nulla modificare. I clienti possono ancora essere rimborsati. Un titolare può scegliere un piano o pagare quanto dovuto in ogni momento; allora tutto torna a funzionare.",
  },
  pt: {
    trial_ending_subject: "{organisation}: o período de teste termina em {day}",
    trial_ending:
      "O teste de {organisation} termina em {day}. Depois tudo pode ser lido e nada alterado, até que um proprietário escolha um plano. Nada se perde.",
    payment_failed_subject: "{organisation}: um pagamento falhou",
    payment_failed:
      "Não foi possível cobrar a subscrição de {organisation}. O serviço continua até {day}: até lá um proprietário pode pagar, ou usar outro cartão, no portal de faturação.",
    read_only_subject: "{organisation} está agora só em leitura",
    read_only:
      "{organisation} não tem uma subscrição paga: tudo pode ser lido e nada alterado. Os clientes ainda podem ser reembolsados. Um proprietário pode escolher um plano ou pagar o que falta a qualquer momento; então tudo volta a funcionar.",
  },
  ar: {
    trial_ending_subject: "{organisation}: تنتهي الفترة التجريبية في {day}",
    trial_ending:
      "تنتهي الفترة التجريبية لـ {organisation} في {day}. بعد ذلك يمكن قراءة كل شيء دون تغيير أي شيء، إلى أن يختار أحد المالكين باقة. لن يُفقد شيء.",
    payment_failed_subject: "{organisation}: تعذّرت عملية دفع",
    payment_failed:
      "تعذّر تحصيل اشتراك {organisation}. تستمر الخدمة حتى {day}: وحتى ذلك الحين يمكن لأحد المالكين الدفع أو استخدام بطاقة أخرى في بوابة الفوترة.",
    read_only_subject: "{organisation} للقراءة فقط الآن",
    read_only:
      "ليس لدى {organisation} اشتراك مدفوع: يمكن قراءة كل شيء ولا يمكن تغيير شيء. ما زال رد المبالغ إلى الضيوف ممكنًا. يمكن لأحد المالكين اختيار باقة أو دفع المستحق في أي وقت؛ فيعود كل شيء إلى العمل.",
  },
  zh: {
    trial_ending_subject: "{organisation}：试用将于 {day} 结束",
    trial_ending:
      "{organisation} 的试用将于 {day} 结束。之后所有内容仍可查看，但不能更改，直到所有者选择套餐。数据不会丢失。",
    payment_failed_subject: "{organisation}：付款失败",
    payment_failed: "{organisation} 的订阅扣款失败。服务将持续到 {day}：在此之前，所有者可在账单门户付款或更换银行卡。",
    read_only_subject: "{organisation} 现在为只读",
    read_only:
      "{organisation} 没有已付费的订阅：所有内容可查看，但不能更改。仍可向顾客退款。所有者可随时选择套餐或付清欠款，之后一切恢复正常。",
  },
  ja: {
    trial_ending_subject: "{organisation}：試用は {day} に終了します",
    trial_ending:
      "{organisation} の試用は {day} に終了します。その後、オーナーがプランを選ぶまで、すべて閲覧できますが変更はできません。データは失われません。",
    payment_failed_subject: "{organisation}：お支払いに失敗しました",
    payment_failed:
      "{organisation} のサブスクリプションの請求に失敗しました。サービスは {day} まで続きます。それまでにオーナーは請求ポータルでお支払い、またはカードの変更ができます。",
    read_only_subject: "{organisation} は閲覧のみになりました",
    read_only:
      "{organisation} には有効なサブスクリプションがないため、すべて閲覧できますが変更はできません。お客様への返金は引き続き可能です。オーナーはいつでもプランの選択や未払い分のお支払いができ、その後すべて元どおりになります。",
  },
};
