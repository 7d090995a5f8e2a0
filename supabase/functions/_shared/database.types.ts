// Made by `npm run types` from the migrations; do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "add_ons": {
        Row: {
          "add_on": string;
          "currency": string;
          "entitlement": string;
          "max_count": number;
          "monthly_price_minor": number;
          "tier": string;
        };
        ComputedFields: never;
        Insert: {
          "add_on": string;
          "currency"?: string;
          "entitlement": string;
          "max_count": number;
          "monthly_price_minor": number;
          "tier": string;
        };
        Update: {
          "add_on"?: string;
          "currency"?: string;
          "entitlement"?: string;
          "max_count"?: number;
          "monthly_price_minor"?: number;
          "tier"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "add_ons_tier_fkey";
            columns: ["tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
        ];
      };
      "assistant_calls": {
        Row: {
          "actor_id": string;
          "arguments": NonNullable<Json>;
          "called_at": string;
          "cost_micro": number | null;
          "id": number;
          "input_tokens": number | null;
          "latency_ms": number;
          "model": string | null;
          "organisation_id": string;
          "outcome": string;
          "output_tokens": number | null;
          "prompt_sha256": string | null;
          "rows_touched": number;
          "tool": string;
          "trace_id": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "actor_id": string;
          "arguments": NonNullable<Json>;
          "called_at"?: string;
          "cost_micro"?: number | null;
          "id"?: never;
          "input_tokens"?: number | null;
          "latency_ms": number;
          "model"?: string | null;
          "organisation_id": string;
          "outcome": string;
          "output_tokens"?: number | null;
          "prompt_sha256"?: string | null;
          "rows_touched": number;
          "tool": string;
          "trace_id"?: string | null;
          "venue_id": string;
        };
        Update: {
          "actor_id"?: string;
          "arguments"?: NonNullable<Json>;
          "called_at"?: string;
          "cost_micro"?: number | null;
          "id"?: never;
          "input_tokens"?: number | null;
          "latency_ms"?: number;
          "model"?: string | null;
          "organisation_id"?: string;
          "outcome"?: string;
          "output_tokens"?: number | null;
          "prompt_sha256"?: string | null;
          "rows_touched"?: number;
          "tool"?: string;
          "trace_id"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [];
      };
      "assistant_conversations": {
        Row: {
          "actor_id": string;
          "created_at": string;
          "id": string;
          "organisation_id": string;
          "used_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "actor_id": string;
          "created_at"?: string;
          "id"?: string;
          "organisation_id": string;
          "used_at"?: string;
          "venue_id": string;
        };
        Update: {
          "actor_id"?: string;
          "created_at"?: string;
          "id"?: string;
          "organisation_id"?: string;
          "used_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "venue_belongs_to_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "assistant_jobs": {
        Row: {
          "actor_id": string;
          "arguments": NonNullable<Json>;
          "asked_at": string | null;
          "checked_at": string | null;
          "cost_micro": number | null;
          "created_at": string;
          "day": string | null;
          "expires_at": string;
          "finished_at": string | null;
          "id": string;
          "input": Json | null;
          "input_tokens": number | null;
          "kind": string;
          "model": string | null;
          "organisation_id": string;
          "output_tokens": number | null;
          "reason": string | null;
          "response_id": string | null;
          "result": Json | null;
          "status": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "actor_id": string;
          "arguments": NonNullable<Json>;
          "asked_at"?: string | null;
          "checked_at"?: string | null;
          "cost_micro"?: number | null;
          "created_at"?: string;
          "day"?: string | null;
          "expires_at"?: string;
          "finished_at"?: string | null;
          "id"?: string;
          "input"?: Json | null;
          "input_tokens"?: number | null;
          "kind": string;
          "model"?: string | null;
          "organisation_id": string;
          "output_tokens"?: number | null;
          "reason"?: string | null;
          "response_id"?: string | null;
          "result"?: Json | null;
          "status"?: string;
          "venue_id": string;
        };
        Update: {
          "actor_id"?: string;
          "arguments"?: NonNullable<Json>;
          "asked_at"?: string | null;
          "checked_at"?: string | null;
          "cost_micro"?: number | null;
          "created_at"?: string;
          "day"?: string | null;
          "expires_at"?: string;
          "finished_at"?: string | null;
          "id"?: string;
          "input"?: Json | null;
          "input_tokens"?: number | null;
          "kind"?: string;
          "model"?: string | null;
          "organisation_id"?: string;
          "output_tokens"?: number | null;
          "reason"?: string | null;
          "response_id"?: string | null;
          "result"?: Json | null;
          "status"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "venue_belongs_to_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "assistant_messages": {
        Row: {
          "actor_id": string;
          "conversation_id": string;
          "created_at": string;
          "id": number;
          "said_by": string;
          "text": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "actor_id": string;
          "conversation_id": string;
          "created_at"?: string;
          "id"?: never;
          "said_by": string;
          "text": string;
          "venue_id": string;
        };
        Update: {
          "actor_id"?: string;
          "conversation_id"?: string;
          "created_at"?: string;
          "id"?: never;
          "said_by"?: string;
          "text"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "conversation_belongs_to_venue_and_person";
            columns: ["venue_id", "actor_id", "conversation_id"];
            isOneToOne: false;
            referencedRelation: "assistant_conversations";
            referencedColumns: ["venue_id", "actor_id", "id"];
          },
        ];
      };
      "assistant_proposals": {
        Row: {
          "actor_id": string;
          "after": NonNullable<Json>;
          "arguments": NonNullable<Json>;
          "before": NonNullable<Json>;
          "created_at": string;
          "decided_at": string | null;
          "expires_at": string;
          "hash": string;
          "id": string;
          "impact": NonNullable<Json>;
          "measured": number;
          "organisation_id": string;
          "status": string;
          "tool": string;
          "undo": Json | null;
          "undone_at": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "actor_id": string;
          "after": NonNullable<Json>;
          "arguments": NonNullable<Json>;
          "before": NonNullable<Json>;
          "created_at"?: string;
          "decided_at"?: string | null;
          "expires_at"?: string;
          "hash": string;
          "id"?: string;
          "impact": NonNullable<Json>;
          "measured": number;
          "organisation_id": string;
          "status"?: string;
          "tool": string;
          "undo"?: Json | null;
          "undone_at"?: string | null;
          "venue_id": string;
        };
        Update: {
          "actor_id"?: string;
          "after"?: NonNullable<Json>;
          "arguments"?: NonNullable<Json>;
          "before"?: NonNullable<Json>;
          "created_at"?: string;
          "decided_at"?: string | null;
          "expires_at"?: string;
          "hash"?: string;
          "id"?: string;
          "impact"?: NonNullable<Json>;
          "measured"?: number;
          "organisation_id"?: string;
          "status"?: string;
          "tool"?: string;
          "undo"?: Json | null;
          "undone_at"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "venue_belongs_to_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "bill_shares": {
        Row: {
          "amount_minor": number;
          "id": string;
          "items": Json | null;
          "number": number;
          "order_id": string;
          "split_id": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "id"?: string;
          "items"?: Json | null;
          "number": number;
          "order_id": string;
          "split_id": string;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "id"?: string;
          "items"?: Json | null;
          "number"?: number;
          "order_id"?: string;
          "split_id"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "split_is_of_the_order";
            columns: ["venue_id", "order_id", "split_id"];
            isOneToOne: false;
            referencedRelation: "bill_splits";
            referencedColumns: ["venue_id", "order_id", "id"];
          },
        ];
      };
      "bill_splits": {
        Row: {
          "amount_minor": number;
          "bill_id": string;
          "created_at": string;
          "created_by": string;
          "ended_at": string | null;
          "id": string;
          "method": string;
          "order_id": string;
          "outcome": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "bill_id": string;
          "created_at"?: string;
          "created_by": string;
          "ended_at"?: string | null;
          "id"?: string;
          "method": string;
          "order_id": string;
          "outcome"?: string | null;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "bill_id"?: string;
          "created_at"?: string;
          "created_by"?: string;
          "ended_at"?: string | null;
          "id"?: string;
          "method"?: string;
          "order_id"?: string;
          "outcome"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "billing_changes": {
        Row: {
          "created_at": string;
          "failure_code": string | null;
          "id": string;
          "kind": string;
          "organisation_id": string;
          "provider_reference": string | null;
          "request": NonNullable<Json>;
          "requested_by": string | null;
          "status": string;
          "steps": NonNullable<Json>;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "failure_code"?: string | null;
          "id"?: string;
          "kind": string;
          "organisation_id": string;
          "provider_reference"?: string | null;
          "request": NonNullable<Json>;
          "requested_by"?: string | null;
          "status"?: string;
          "steps": NonNullable<Json>;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "failure_code"?: string | null;
          "id"?: string;
          "kind"?: string;
          "organisation_id"?: string;
          "provider_reference"?: string | null;
          "request"?: NonNullable<Json>;
          "requested_by"?: string | null;
          "status"?: string;
          "steps"?: NonNullable<Json>;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "billing_changes_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "billing_customers": {
        Row: {
          "created_at": string;
          "organisation_id": string;
          "provider_reference": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "organisation_id": string;
          "provider_reference": string;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "organisation_id"?: string;
          "provider_reference"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "billing_customers_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: true;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "connected_accounts": {
        Row: {
          "charges_enabled": boolean;
          "closed_at": string | null;
          "created_at": string;
          "id": string;
          "is_gone": boolean;
          "organisation_id": string;
          "payouts_enabled": boolean;
          "provider_reference": string | null;
          "requirements": NonNullable<Json>;
          "seen_at": string | null;
          "unlinked_at": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "charges_enabled"?: boolean;
          "closed_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "is_gone"?: boolean;
          "organisation_id": string;
          "payouts_enabled"?: boolean;
          "provider_reference"?: string | null;
          "requirements"?: NonNullable<Json>;
          "seen_at"?: string | null;
          "unlinked_at"?: string | null;
          "updated_at"?: string;
        };
        Update: {
          "charges_enabled"?: boolean;
          "closed_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "is_gone"?: boolean;
          "organisation_id"?: string;
          "payouts_enabled"?: boolean;
          "provider_reference"?: string | null;
          "requirements"?: NonNullable<Json>;
          "seen_at"?: string | null;
          "unlinked_at"?: string | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "connected_accounts_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "daily_closes": {
        Row: {
          "business_date": string;
          "closed_at": string;
          "closed_sessions": number;
          "expired_orders": number;
          "open_drawers": NonNullable<Json>;
          "unsettled": NonNullable<Json>;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "business_date": string;
          "closed_at": string;
          "closed_sessions"?: number;
          "expired_orders"?: number;
          "open_drawers"?: NonNullable<Json>;
          "unsettled"?: NonNullable<Json>;
          "venue_id": string;
        };
        Update: {
          "business_date"?: string;
          "closed_at"?: string;
          "closed_sessions"?: number;
          "expired_orders"?: number;
          "open_drawers"?: NonNullable<Json>;
          "unsettled"?: NonNullable<Json>;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "daily_closes_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "discounts": {
        Row: {
          "amount_minor": number | null;
          "category_id": string | null;
          "code": string | null;
          "created_at": string;
          "ends_on": string | null;
          "from_time": string | null;
          "id": string;
          "is_active": boolean;
          "is_stackable": boolean;
          "max_uses": number | null;
          "menu_item_id": string | null;
          "name": string;
          "percent_bp": number | null;
          "scope": string;
          "starts_on": string | null;
          "until_time": string | null;
          "updated_at": string;
          "used_count": number;
          "venue_id": string;
          "weekdays": (number)[] | null;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor"?: number | null;
          "category_id"?: string | null;
          "code"?: string | null;
          "created_at"?: string;
          "ends_on"?: string | null;
          "from_time"?: string | null;
          "id"?: string;
          "is_active"?: boolean;
          "is_stackable"?: boolean;
          "max_uses"?: number | null;
          "menu_item_id"?: string | null;
          "name": string;
          "percent_bp"?: number | null;
          "scope"?: never;
          "starts_on"?: string | null;
          "until_time"?: string | null;
          "updated_at"?: string;
          "used_count"?: number;
          "venue_id": string;
          "weekdays"?: (number)[] | null;
        };
        Update: {
          "amount_minor"?: number | null;
          "category_id"?: string | null;
          "code"?: string | null;
          "created_at"?: string;
          "ends_on"?: string | null;
          "from_time"?: string | null;
          "id"?: string;
          "is_active"?: boolean;
          "is_stackable"?: boolean;
          "max_uses"?: number | null;
          "menu_item_id"?: string | null;
          "name"?: string;
          "percent_bp"?: number | null;
          "scope"?: never;
          "starts_on"?: string | null;
          "until_time"?: string | null;
          "updated_at"?: string;
          "used_count"?: number;
          "venue_id"?: string;
          "weekdays"?: (number)[] | null;
        };
        Relationships: [
          {
            foreignKeyName: "category_is_in_the_venue";
            columns: ["venue_id", "category_id"];
            isOneToOne: false;
            referencedRelation: "menu_categories";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "discounts_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "disputes": {
        Row: {
          "amount_minor": number;
          "created_at": string;
          "id": string;
          "opened_at": string;
          "payment_id": string;
          "provider_reference": string;
          "reason": string;
          "reported_at": string;
          "respond_by": string | null;
          "status": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "created_at"?: string;
          "id"?: string;
          "opened_at": string;
          "payment_id": string;
          "provider_reference": string;
          "reason": string;
          "reported_at": string;
          "respond_by"?: string | null;
          "status": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "created_at"?: string;
          "id"?: string;
          "opened_at"?: string;
          "payment_id"?: string;
          "provider_reference"?: string;
          "reason"?: string;
          "reported_at"?: string;
          "respond_by"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "payment_is_in_the_venue";
            columns: ["venue_id", "payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "drawer_movements": {
        Row: {
          "amount_minor": number;
          "created_at": string;
          "drawer_session_id": string;
          "id": string;
          "kind": string;
          "made_by": string;
          "reason": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "created_at"?: string;
          "drawer_session_id": string;
          "id"?: string;
          "kind": string;
          "made_by": string;
          "reason"?: string | null;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "created_at"?: string;
          "drawer_session_id"?: string;
          "id"?: string;
          "kind"?: string;
          "made_by"?: string;
          "reason"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "drawer_is_in_the_venue";
            columns: ["venue_id", "drawer_session_id"];
            isOneToOne: false;
            referencedRelation: "drawer_sessions";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "drawer_sessions": {
        Row: {
          "business_date": string;
          "closed_at": string | null;
          "closed_by": string | null;
          "counted_minor": number | null;
          "expected_minor": number | null;
          "id": string;
          "is_blind": boolean;
          "name": string;
          "opened_at": string;
          "opened_by": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "business_date": string;
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "counted_minor"?: number | null;
          "expected_minor"?: number | null;
          "id"?: string;
          "is_blind"?: boolean;
          "name": string;
          "opened_at"?: string;
          "opened_by": string;
          "venue_id": string;
        };
        Update: {
          "business_date"?: string;
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "counted_minor"?: number | null;
          "expected_minor"?: number | null;
          "id"?: string;
          "is_blind"?: boolean;
          "name"?: string;
          "opened_at"?: string;
          "opened_by"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "drawer_sessions_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "feedback": {
        Row: {
          "created_at": string;
          "id": string;
          "is_hidden": boolean;
          "moderated_by": string | null;
          "moderation_reason": string | null;
          "order_id": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "is_hidden"?: boolean;
          "moderated_by"?: string | null;
          "moderation_reason"?: string | null;
          "order_id": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "is_hidden"?: boolean;
          "moderated_by"?: string | null;
          "moderation_reason"?: string | null;
          "order_id"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: true;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "feedback_answers": {
        Row: {
          "body": string | null;
          "choice": string | null;
          "feedback_id": string;
          "kind": string;
          "question_id": string;
          "stars": number | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "body"?: string | null;
          "choice"?: string | null;
          "feedback_id": string;
          "kind": string;
          "question_id": string;
          "stars"?: number | null;
          "venue_id": string;
        };
        Update: {
          "body"?: string | null;
          "choice"?: string | null;
          "feedback_id"?: string;
          "kind"?: string;
          "question_id"?: string;
          "stars"?: number | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "feedback_is_in_the_venue";
            columns: ["venue_id", "feedback_id"];
            isOneToOne: false;
            referencedRelation: "feedback";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "question_is_of_this_kind";
            columns: ["venue_id", "question_id", "kind"];
            isOneToOne: false;
            referencedRelation: "feedback_questions";
            referencedColumns: ["venue_id", "id", "kind"];
          },
        ];
      };
      "feedback_questions": {
        Row: {
          "choices": (string)[] | null;
          "created_at": string;
          "id": string;
          "is_active": boolean;
          "kind": string;
          "position": number;
          "prompt": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "choices"?: (string)[] | null;
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "kind": string;
          "position"?: number;
          "prompt": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "choices"?: (string)[] | null;
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "kind"?: string;
          "position"?: number;
          "prompt"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "feedback_questions_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "ingredients": {
        Row: {
          "cost_per_1000_minor": number | null;
          "created_at": string;
          "id": string;
          "name": string;
          "on_hand": number;
          "par_level": number | null;
          "reorder_level": number | null;
          "supplier_id": string | null;
          "unit": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cost_per_1000_minor"?: number | null;
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "on_hand"?: number;
          "par_level"?: number | null;
          "reorder_level"?: number | null;
          "supplier_id"?: string | null;
          "unit": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "cost_per_1000_minor"?: number | null;
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "on_hand"?: number;
          "par_level"?: number | null;
          "reorder_level"?: number | null;
          "supplier_id"?: string | null;
          "unit"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredients_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "supplier_is_in_the_venue";
            columns: ["venue_id", "supplier_id"];
            isOneToOne: false;
            referencedRelation: "suppliers";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "invitations": {
        Row: {
          "accepted_by": string | null;
          "created_at": string;
          "email": string;
          "expires_at": string;
          "id": string;
          "invited_by": string | null;
          "organisation_id": string;
          "role": string;
          "status": string;
          "token_hash": string;
          "updated_at": string;
          "venue_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "accepted_by"?: string | null;
          "created_at"?: string;
          "email": string;
          "expires_at"?: string;
          "id"?: string;
          "invited_by"?: string | null;
          "organisation_id": string;
          "role": string;
          "status"?: string;
          "token_hash": string;
          "updated_at"?: string;
          "venue_id"?: string | null;
        };
        Update: {
          "accepted_by"?: string | null;
          "created_at"?: string;
          "email"?: string;
          "expires_at"?: string;
          "id"?: string;
          "invited_by"?: string | null;
          "organisation_id"?: string;
          "role"?: string;
          "status"?: string;
          "token_hash"?: string;
          "updated_at"?: string;
          "venue_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "invitations_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "invitations_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["role"];
          },
          {
            foreignKeyName: "venue_belongs_to_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "kitchen_stations": {
        Row: {
          "created_at": string;
          "id": string;
          "is_active": boolean;
          "kind": string;
          "name": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "kind"?: string;
          "name": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "kind"?: string;
          "name"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "kitchen_stations_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "kitchen_tickets": {
        Row: {
          "bumped_at": string | null;
          "created_at": string;
          "fired_at": string | null;
          "id": string;
          "order_id": string;
          "order_line_id": string;
          "ready_at": string | null;
          "ready_by": string | null;
          "started_at": string | null;
          "station_id": string;
          "status": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "bumped_at"?: string | null;
          "created_at"?: string;
          "fired_at"?: string | null;
          "id"?: string;
          "order_id": string;
          "order_line_id": string;
          "ready_at"?: string | null;
          "ready_by"?: string | null;
          "started_at"?: string | null;
          "station_id": string;
          "status"?: string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "bumped_at"?: string | null;
          "created_at"?: string;
          "fired_at"?: string | null;
          "id"?: string;
          "order_id"?: string;
          "order_line_id"?: string;
          "ready_at"?: string | null;
          "ready_by"?: string | null;
          "started_at"?: string | null;
          "station_id"?: string;
          "status"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "line_is_in_the_venue";
            columns: ["venue_id", "order_line_id"];
            isOneToOne: false;
            referencedRelation: "order_lines";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "station_is_in_the_venue";
            columns: ["venue_id", "station_id"];
            isOneToOne: false;
            referencedRelation: "kitchen_stations";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "loyalty_accounts": {
        Row: {
          "created_at": string;
          "id": string;
          "points": number;
          "used_at": string;
          "user_id": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "points"?: number;
          "used_at"?: string;
          "user_id"?: string | null;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "points"?: number;
          "used_at"?: string;
          "user_id"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "loyalty_accounts_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "loyalty_movements": {
        Row: {
          "account_id": string;
          "created_at": string;
          "created_by": string | null;
          "id": number;
          "kind": string;
          "order_id": string | null;
          "points": number;
          "reason": string | null;
          "step": number | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "account_id": string;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "kind": string;
          "order_id"?: string | null;
          "points": number;
          "reason"?: string | null;
          "step"?: number | null;
          "venue_id": string;
        };
        Update: {
          "account_id"?: string;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "kind"?: string;
          "order_id"?: string | null;
          "points"?: number;
          "reason"?: string | null;
          "step"?: number | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "account_is_in_the_venue";
            columns: ["venue_id", "account_id"];
            isOneToOne: false;
            referencedRelation: "loyalty_accounts";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "loyalty_programmes": {
        Row: {
          "created_at": string;
          "earn_per_minor": number;
          "earn_points": number;
          "expires_after_days": number;
          "is_active": boolean;
          "min_redeem_points": number;
          "name": string;
          "point_value_minor": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "earn_per_minor": number;
          "earn_points": number;
          "expires_after_days": number;
          "is_active": boolean;
          "min_redeem_points": number;
          "name": string;
          "point_value_minor": number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "earn_per_minor"?: number;
          "earn_points"?: number;
          "expires_after_days"?: number;
          "is_active"?: boolean;
          "min_redeem_points"?: number;
          "name"?: string;
          "point_value_minor"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "loyalty_programmes_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: true;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "memberships": {
        Row: {
          "created_at": string;
          "id": string;
          "organisation_id": string;
          "role": string;
          "updated_at": string;
          "user_id": string;
          "venue_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "organisation_id": string;
          "role": string;
          "updated_at"?: string;
          "user_id": string;
          "venue_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "organisation_id"?: string;
          "role"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "venue_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "memberships_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "memberships_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["role"];
          },
          {
            foreignKeyName: "venue_belongs_to_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "menu_categories": {
        Row: {
          "created_at": string;
          "id": string;
          "name": string;
          "position": number;
          "station_id": string | null;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "name": string;
          "position"?: number;
          "station_id"?: string | null;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string;
          "position"?: number;
          "station_id"?: string | null;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "menu_categories_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "station_is_in_the_venue";
            columns: ["venue_id", "station_id"];
            isOneToOne: false;
            referencedRelation: "kitchen_stations";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "menu_image_variants": {
        Row: {
          "byte_size": number;
          "height": number;
          "image_id": string;
          "mime_type": string;
          "path": string;
          "venue_id": string;
          "width": number;
        };
        ComputedFields: never;
        Insert: {
          "byte_size": number;
          "height": number;
          "image_id": string;
          "mime_type": string;
          "path": string;
          "venue_id": string;
          "width": number;
        };
        Update: {
          "byte_size"?: number;
          "height"?: number;
          "image_id"?: string;
          "mime_type"?: string;
          "path"?: string;
          "venue_id"?: string;
          "width"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "image_is_in_the_venue";
            columns: ["venue_id", "image_id"];
            isOneToOne: false;
            referencedRelation: "menu_item_images";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "menu_image_variants_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "menu_item_images": {
        Row: {
          "alt": string;
          "byte_size": number;
          "created_at": string;
          "height": number;
          "id": string;
          "menu_item_id": string;
          "mime_type": string;
          "path": string;
          "position": number;
          "updated_at": string;
          "venue_id": string;
          "width": number;
        };
        ComputedFields: never;
        Insert: {
          "alt": string;
          "byte_size": number;
          "created_at"?: string;
          "height": number;
          "id"?: string;
          "menu_item_id": string;
          "mime_type": string;
          "path": string;
          "position": number;
          "updated_at"?: string;
          "venue_id": string;
          "width": number;
        };
        Update: {
          "alt"?: string;
          "byte_size"?: number;
          "created_at"?: string;
          "height"?: number;
          "id"?: string;
          "menu_item_id"?: string;
          "mime_type"?: string;
          "path"?: string;
          "position"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
          "width"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "menu_item_images_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "menu_item_modifier_groups": {
        Row: {
          "group_id": string;
          "menu_item_id": string;
          "position": number;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "group_id": string;
          "menu_item_id": string;
          "position"?: number;
          "venue_id": string;
        };
        Update: {
          "group_id"?: string;
          "menu_item_id"?: string;
          "position"?: number;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "group_is_in_the_venue";
            columns: ["venue_id", "group_id"];
            isOneToOne: false;
            referencedRelation: "modifier_groups";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "menu_item_modifier_groups_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "menu_items": {
        Row: {
          "allergens": (string)[] | null;
          "archived_at": string | null;
          "category_id": string;
          "created_at": string;
          "description": string;
          "dietary_tags": (string)[];
          "id": string;
          "is_available": boolean;
          "name": string;
          "position": number;
          "price_minor": number;
          "spice": number;
          "station_id": string | null;
          "tax_rate_bp": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "allergens"?: (string)[] | null;
          "archived_at"?: string | null;
          "category_id": string;
          "created_at"?: string;
          "description"?: string;
          "dietary_tags"?: (string)[];
          "id"?: string;
          "is_available"?: boolean;
          "name": string;
          "position"?: number;
          "price_minor": number;
          "spice"?: number;
          "station_id"?: string | null;
          "tax_rate_bp"?: number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "allergens"?: (string)[] | null;
          "archived_at"?: string | null;
          "category_id"?: string;
          "created_at"?: string;
          "description"?: string;
          "dietary_tags"?: (string)[];
          "id"?: string;
          "is_available"?: boolean;
          "name"?: string;
          "position"?: number;
          "price_minor"?: number;
          "spice"?: number;
          "station_id"?: string | null;
          "tax_rate_bp"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "category_is_in_the_venue";
            columns: ["venue_id", "category_id"];
            isOneToOne: false;
            referencedRelation: "menu_categories";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "menu_items_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "station_is_in_the_venue";
            columns: ["venue_id", "station_id"];
            isOneToOne: false;
            referencedRelation: "kitchen_stations";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "menu_labels": {
        Row: {
          "kind": string;
          "label": string;
          "names": NonNullable<Json>;
          "position": number;
        };
        ComputedFields: never;
        Insert: {
          "kind": string;
          "label": string;
          "names": NonNullable<Json>;
          "position": number;
        };
        Update: {
          "kind"?: string;
          "label"?: string;
          "names"?: NonNullable<Json>;
          "position"?: number;
        };
        Relationships: [];
      };
      "menu_translations": {
        Row: {
          "category_id": string | null;
          "created_at": string;
          "description": string | null;
          "group_id": string | null;
          "id": string;
          "image_id": string | null;
          "locale": string;
          "menu_item_id": string | null;
          "name": string | null;
          "option_id": string | null;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "category_id"?: string | null;
          "created_at"?: string;
          "description"?: string | null;
          "group_id"?: string | null;
          "id"?: string;
          "image_id"?: string | null;
          "locale": string;
          "menu_item_id"?: string | null;
          "name"?: string | null;
          "option_id"?: string | null;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "category_id"?: string | null;
          "created_at"?: string;
          "description"?: string | null;
          "group_id"?: string | null;
          "id"?: string;
          "image_id"?: string | null;
          "locale"?: string;
          "menu_item_id"?: string | null;
          "name"?: string | null;
          "option_id"?: string | null;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "category_is_in_the_venue";
            columns: ["venue_id", "category_id"];
            isOneToOne: false;
            referencedRelation: "menu_categories";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "group_is_in_the_venue";
            columns: ["venue_id", "group_id"];
            isOneToOne: false;
            referencedRelation: "modifier_groups";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "image_is_in_the_venue";
            columns: ["venue_id", "image_id"];
            isOneToOne: false;
            referencedRelation: "menu_item_images";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "menu_translations_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "option_is_in_the_venue";
            columns: ["venue_id", "option_id"];
            isOneToOne: false;
            referencedRelation: "modifier_options";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "menu_version_translations": {
        Row: {
          "document": NonNullable<Json>;
          "etag": string;
          "locale": string;
          "venue_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "document": NonNullable<Json>;
          "etag": string;
          "locale": string;
          "venue_id": string;
          "version": number;
        };
        Update: {
          "document"?: NonNullable<Json>;
          "etag"?: string;
          "locale"?: string;
          "venue_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "version_is_in_the_venue";
            columns: ["venue_id", "version"];
            isOneToOne: false;
            referencedRelation: "menu_versions";
            referencedColumns: ["venue_id", "version"];
          },
        ];
      };
      "menu_versions": {
        Row: {
          "document": NonNullable<Json>;
          "etag": string;
          "image_paths": (string)[];
          "locale": string;
          "published_at": string;
          "published_by": string | null;
          "restored_from": number | null;
          "venue_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "document": NonNullable<Json>;
          "etag": string;
          "image_paths"?: never;
          "locale": string;
          "published_at"?: string;
          "published_by"?: string | null;
          "restored_from"?: number | null;
          "venue_id": string;
          "version": number;
        };
        Update: {
          "document"?: NonNullable<Json>;
          "etag"?: string;
          "image_paths"?: never;
          "locale"?: string;
          "published_at"?: string;
          "published_by"?: string | null;
          "restored_from"?: number | null;
          "venue_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "menu_versions_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "modifier_groups": {
        Row: {
          "created_at": string;
          "id": string;
          "max_choices": number;
          "min_choices": number;
          "name": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "max_choices"?: number;
          "min_choices"?: number;
          "name": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "max_choices"?: number;
          "min_choices"?: number;
          "name"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "modifier_groups_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "modifier_options": {
        Row: {
          "created_at": string;
          "group_id": string;
          "id": string;
          "is_available": boolean;
          "name": string;
          "position": number;
          "price_delta_minor": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "group_id": string;
          "id"?: string;
          "is_available"?: boolean;
          "name": string;
          "position"?: number;
          "price_delta_minor"?: number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "group_id"?: string;
          "id"?: string;
          "is_available"?: boolean;
          "name"?: string;
          "position"?: number;
          "price_delta_minor"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "group_is_in_the_venue";
            columns: ["venue_id", "group_id"];
            isOneToOne: false;
            referencedRelation: "modifier_groups";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "modifier_options_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "option_recipe_lines": {
        Row: {
          "ingredient_id": string;
          "option_id": string;
          "quantity": number;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "ingredient_id": string;
          "option_id": string;
          "quantity": number;
          "venue_id": string;
        };
        Update: {
          "ingredient_id"?: string;
          "option_id"?: string;
          "quantity"?: number;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_is_in_the_venue";
            columns: ["venue_id", "ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "option_is_in_the_venue";
            columns: ["venue_id", "option_id"];
            isOneToOne: false;
            referencedRelation: "modifier_options";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "option_recipe_lines_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "order_customers": {
        Row: {
          "created_at": string;
          "email": string | null;
          "name": string | null;
          "order_id": string;
          "phone": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email"?: string | null;
          "name"?: string | null;
          "order_id": string;
          "phone"?: string | null;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "email"?: string | null;
          "name"?: string | null;
          "order_id"?: string;
          "phone"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "order_discounts": {
        Row: {
          "amount_minor": number;
          "discount_id": string | null;
          "name": string;
          "order_id": string;
          "position": number;
          "terms": NonNullable<Json>;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "discount_id"?: string | null;
          "name": string;
          "order_id": string;
          "position": number;
          "terms": NonNullable<Json>;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "discount_id"?: string | null;
          "name"?: string;
          "order_id"?: string;
          "position"?: number;
          "terms"?: NonNullable<Json>;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "discount_is_in_the_venue";
            columns: ["venue_id", "discount_id"];
            isOneToOne: false;
            referencedRelation: "discounts";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "order_events": {
        Row: {
          "action": string;
          "actor_id": string | null;
          "actor_kind": string;
          "details": Json | null;
          "from_status": string | null;
          "id": number;
          "occurred_at": string;
          "order_id": string;
          "reason": string | null;
          "to_status": string;
          "trace_id": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "action"?: string;
          "actor_id"?: string | null;
          "actor_kind": string;
          "details"?: Json | null;
          "from_status"?: string | null;
          "id"?: never;
          "occurred_at"?: string;
          "order_id": string;
          "reason"?: string | null;
          "to_status": string;
          "trace_id"?: string | null;
          "venue_id": string;
        };
        Update: {
          "action"?: string;
          "actor_id"?: string | null;
          "actor_kind"?: string;
          "details"?: Json | null;
          "from_status"?: string | null;
          "id"?: never;
          "occurred_at"?: string;
          "order_id"?: string;
          "reason"?: string | null;
          "to_status"?: string;
          "trace_id"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "order_lines": {
        Row: {
          "comp_minor": number;
          "course": number;
          "discount_minor": number;
          "id": string;
          "line_minor": number;
          "menu_item_id": string;
          "name": string;
          "net_minor": number;
          "note": string | null;
          "options": NonNullable<Json>;
          "options_minor": number;
          "order_id": string;
          "position": number;
          "quantity": number;
          "station_id": string;
          "tax_minor": number;
          "tax_rate_bp": number;
          "unit_price_minor": number;
          "venue_id": string;
          "voided_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "comp_minor"?: number;
          "course"?: number;
          "discount_minor"?: number;
          "id"?: string;
          "line_minor": number;
          "menu_item_id": string;
          "name": string;
          "net_minor"?: never;
          "note"?: string | null;
          "options": NonNullable<Json>;
          "options_minor": number;
          "order_id": string;
          "position": number;
          "quantity": number;
          "station_id": string;
          "tax_minor": number;
          "tax_rate_bp": number;
          "unit_price_minor": number;
          "venue_id": string;
          "voided_at"?: string | null;
        };
        Update: {
          "comp_minor"?: number;
          "course"?: number;
          "discount_minor"?: number;
          "id"?: string;
          "line_minor"?: number;
          "menu_item_id"?: string;
          "name"?: string;
          "net_minor"?: never;
          "note"?: string | null;
          "options"?: NonNullable<Json>;
          "options_minor"?: number;
          "order_id"?: string;
          "position"?: number;
          "quantity"?: number;
          "station_id"?: string;
          "tax_minor"?: number;
          "tax_rate_bp"?: number;
          "unit_price_minor"?: number;
          "venue_id"?: string;
          "voided_at"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "station_is_in_the_venue";
            columns: ["venue_id", "station_id"];
            isOneToOne: false;
            referencedRelation: "kitchen_stations";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "order_loyalty": {
        Row: {
          "account_id": string;
          "earn_per_minor": number;
          "earn_points": number;
          "earned_points": number;
          "order_id": string;
          "point_value_minor": number;
          "redeemed_points": number;
          "returned_points": number;
          "steps": number;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "account_id": string;
          "earn_per_minor": number;
          "earn_points": number;
          "earned_points"?: number;
          "order_id": string;
          "point_value_minor": number;
          "redeemed_points": number;
          "returned_points"?: number;
          "steps"?: number;
          "venue_id": string;
        };
        Update: {
          "account_id"?: string;
          "earn_per_minor"?: number;
          "earn_points"?: number;
          "earned_points"?: number;
          "order_id"?: string;
          "point_value_minor"?: number;
          "redeemed_points"?: number;
          "returned_points"?: number;
          "steps"?: number;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "account_is_in_the_venue";
            columns: ["venue_id", "account_id"];
            isOneToOne: false;
            referencedRelation: "loyalty_accounts";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: true;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "orders": {
        Row: {
          "business_date": string;
          "created_at": string;
          "currency": string;
          "discount_minor": number;
          "fulfilment": string;
          "has_member": boolean;
          "id": string;
          "menu_version": number;
          "number": number;
          "organisation_id": string;
          "paid_minor": number;
          "payment_mode": string;
          "payment_status": string;
          "prices_include_tax": boolean;
          "refunded_minor": number;
          "service_charge_bp": number;
          "service_charge_minor": number;
          "session_id": string | null;
          "source": string;
          "split_id": string | null;
          "status": string;
          "subtotal_minor": number;
          "table_id": string | null;
          "tax_minor": number;
          "tip_minor": number;
          "total_minor": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "business_date": string;
          "created_at"?: string;
          "currency": string;
          "discount_minor"?: number;
          "fulfilment": string;
          "has_member"?: boolean;
          "id"?: string;
          "menu_version": number;
          "number": number;
          "organisation_id": string;
          "paid_minor"?: number;
          "payment_mode": string;
          "payment_status"?: never;
          "prices_include_tax": boolean;
          "refunded_minor"?: number;
          "service_charge_bp"?: number;
          "service_charge_minor": number;
          "session_id"?: string | null;
          "source": string;
          "split_id"?: string | null;
          "status": string;
          "subtotal_minor": number;
          "table_id"?: string | null;
          "tax_minor": number;
          "tip_minor": number;
          "total_minor": number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "business_date"?: string;
          "created_at"?: string;
          "currency"?: string;
          "discount_minor"?: number;
          "fulfilment"?: string;
          "has_member"?: boolean;
          "id"?: string;
          "menu_version"?: number;
          "number"?: number;
          "organisation_id"?: string;
          "paid_minor"?: number;
          "payment_mode"?: string;
          "payment_status"?: never;
          "prices_include_tax"?: boolean;
          "refunded_minor"?: number;
          "service_charge_bp"?: number;
          "service_charge_minor"?: number;
          "session_id"?: string | null;
          "source"?: string;
          "split_id"?: string | null;
          "status"?: string;
          "subtotal_minor"?: number;
          "table_id"?: string | null;
          "tax_minor"?: number;
          "tip_minor"?: number;
          "total_minor"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "menu_version_is_in_the_venue";
            columns: ["venue_id", "menu_version"];
            isOneToOne: false;
            referencedRelation: "menu_versions";
            referencedColumns: ["venue_id", "version"];
          },
          {
            foreignKeyName: "session_is_in_the_venue";
            columns: ["venue_id", "session_id"];
            isOneToOne: false;
            referencedRelation: "table_sessions";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "split_is_of_the_order";
            columns: ["venue_id", "id", "split_id"];
            isOneToOne: false;
            referencedRelation: "bill_splits";
            referencedColumns: ["venue_id", "order_id", "id"];
          },
          {
            foreignKeyName: "table_is_in_the_venue";
            columns: ["venue_id", "table_id"];
            isOneToOne: false;
            referencedRelation: "tables";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "organisation_add_ons": {
        Row: {
          "add_on": string;
          "organisation_id": string;
        };
        ComputedFields: never;
        Insert: {
          "add_on": string;
          "organisation_id": string;
        };
        Update: {
          "add_on"?: string;
          "organisation_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "organisation_add_ons_add_on_fkey";
            columns: ["add_on"];
            isOneToOne: false;
            referencedRelation: "add_ons";
            referencedColumns: ["add_on"];
          },
          {
            foreignKeyName: "organisation_add_ons_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "organisations": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "id": string;
          "name": string;
          "past_due_since": string | null;
          "slug": string;
          "subscription_status": string;
          "tier": string;
          "trial_ends_at": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "name": string;
          "past_due_since"?: string | null;
          "slug": string;
          "subscription_status"?: string;
          "tier"?: string;
          "trial_ends_at"?: string;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "name"?: string;
          "past_due_since"?: string | null;
          "slug"?: string;
          "subscription_status"?: string;
          "tier"?: string;
          "trial_ends_at"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "tier_exists";
            columns: ["tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
        ];
      };
      "payments": {
        Row: {
          "amount_minor": number;
          "application_fee_minor": number;
          "collected_by": string | null;
          "created_at": string;
          "currency": string;
          "destination": string | null;
          "drawer_session_id": string | null;
          "failure_code": string | null;
          "id": string;
          "is_excess": boolean;
          "method": string;
          "order_id": string;
          "organisation_id": string;
          "provider": string | null;
          "provider_reference": string | null;
          "reason": string | null;
          "refund_claimed_minor": number;
          "reversal_claimed_minor": number;
          "settled_at": string | null;
          "share_id": string | null;
          "status": string;
          "tendered_minor": number | null;
          "terminal_reference": string | null;
          "tip_minor": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "application_fee_minor"?: number;
          "collected_by"?: string | null;
          "created_at"?: string;
          "currency": string;
          "destination"?: string | null;
          "drawer_session_id"?: string | null;
          "failure_code"?: string | null;
          "id"?: string;
          "is_excess"?: boolean;
          "method": string;
          "order_id": string;
          "organisation_id": string;
          "provider"?: string | null;
          "provider_reference"?: string | null;
          "reason"?: string | null;
          "refund_claimed_minor"?: number;
          "reversal_claimed_minor"?: number;
          "settled_at"?: string | null;
          "share_id"?: string | null;
          "status": string;
          "tendered_minor"?: number | null;
          "terminal_reference"?: string | null;
          "tip_minor"?: number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "application_fee_minor"?: number;
          "collected_by"?: string | null;
          "created_at"?: string;
          "currency"?: string;
          "destination"?: string | null;
          "drawer_session_id"?: string | null;
          "failure_code"?: string | null;
          "id"?: string;
          "is_excess"?: boolean;
          "method"?: string;
          "order_id"?: string;
          "organisation_id"?: string;
          "provider"?: string | null;
          "provider_reference"?: string | null;
          "reason"?: string | null;
          "refund_claimed_minor"?: number;
          "reversal_claimed_minor"?: number;
          "settled_at"?: string | null;
          "share_id"?: string | null;
          "status"?: string;
          "tendered_minor"?: number | null;
          "terminal_reference"?: string | null;
          "tip_minor"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "destination_is_an_account_of_the_organisation";
            columns: ["organisation_id", "destination"];
            isOneToOne: false;
            referencedRelation: "connected_accounts";
            referencedColumns: ["organisation_id", "provider_reference"];
          },
          {
            foreignKeyName: "drawer_is_in_the_venue";
            columns: ["venue_id", "drawer_session_id"];
            isOneToOne: false;
            referencedRelation: "drawer_sessions";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "order_is_in_the_venue";
            columns: ["venue_id", "order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "share_is_of_the_order";
            columns: ["venue_id", "order_id", "share_id"];
            isOneToOne: false;
            referencedRelation: "bill_shares";
            referencedColumns: ["venue_id", "order_id", "id"];
          },
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "permissions": {
        Row: {
          "description": string;
          "needs_subscription": boolean;
          "permission": string;
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "needs_subscription": boolean;
          "permission": string;
        };
        Update: {
          "description"?: string;
          "needs_subscription"?: boolean;
          "permission"?: string;
        };
        Relationships: [];
      };
      "published_menu_items": {
        Row: {
          "choice_limits": NonNullable<Json>;
          "menu_item_id": string;
          "name": string;
          "options": NonNullable<Json>;
          "price_minor": number;
          "station_id": string | null;
          "tax_rate_bp": number;
          "venue_id": string;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "choice_limits": NonNullable<Json>;
          "menu_item_id": string;
          "name": string;
          "options": NonNullable<Json>;
          "price_minor": number;
          "station_id"?: string | null;
          "tax_rate_bp": number;
          "venue_id": string;
          "version": number;
        };
        Update: {
          "choice_limits"?: NonNullable<Json>;
          "menu_item_id"?: string;
          "name"?: string;
          "options"?: NonNullable<Json>;
          "price_minor"?: number;
          "station_id"?: string | null;
          "tax_rate_bp"?: number;
          "venue_id"?: string;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "version_is_in_the_venue";
            columns: ["venue_id", "version"];
            isOneToOne: false;
            referencedRelation: "menu_versions";
            referencedColumns: ["venue_id", "version"];
          },
        ];
      };
      "purchase_order_lines": {
        Row: {
          "cost_minor": number | null;
          "id": string;
          "ingredient_id": string;
          "purchase_order_id": string;
          "quantity": number;
          "received_cost_minor": number;
          "received_quantity": number;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cost_minor"?: number | null;
          "id"?: string;
          "ingredient_id": string;
          "purchase_order_id": string;
          "quantity": number;
          "received_cost_minor"?: number;
          "received_quantity"?: number;
          "venue_id": string;
        };
        Update: {
          "cost_minor"?: number | null;
          "id"?: string;
          "ingredient_id"?: string;
          "purchase_order_id"?: string;
          "quantity"?: number;
          "received_cost_minor"?: number;
          "received_quantity"?: number;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_is_in_the_venue";
            columns: ["venue_id", "ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "purchase_order_is_in_the_venue";
            columns: ["venue_id", "purchase_order_id"];
            isOneToOne: false;
            referencedRelation: "purchase_orders";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "purchase_order_lines_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "purchase_orders": {
        Row: {
          "closed_at": string | null;
          "created_at": string;
          "created_by": string | null;
          "id": string;
          "sent_at": string | null;
          "status": string;
          "supplier_id": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "closed_at"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "sent_at"?: string | null;
          "status"?: string;
          "supplier_id": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "closed_at"?: string | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: string;
          "sent_at"?: string | null;
          "status"?: string;
          "supplier_id"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "purchase_orders_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "supplier_is_in_the_venue";
            columns: ["venue_id", "supplier_id"];
            isOneToOne: false;
            referencedRelation: "suppliers";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "qr_codes": {
        Row: {
          "created_at": string;
          "id": string;
          "kind": string;
          "revoked_at": string | null;
          "table_id": string | null;
          "token_hash": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "kind": string;
          "revoked_at"?: string | null;
          "table_id"?: string | null;
          "token_hash": string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "kind"?: string;
          "revoked_at"?: string | null;
          "table_id"?: string | null;
          "token_hash"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "qr_codes_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "table_is_in_the_venue";
            columns: ["venue_id", "table_id"];
            isOneToOne: false;
            referencedRelation: "tables";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "recipe_lines": {
        Row: {
          "ingredient_id": string;
          "menu_item_id": string;
          "quantity": number;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "ingredient_id": string;
          "menu_item_id": string;
          "quantity": number;
          "venue_id": string;
        };
        Update: {
          "ingredient_id"?: string;
          "menu_item_id"?: string;
          "quantity"?: number;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_is_in_the_venue";
            columns: ["venue_id", "ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "item_is_in_the_venue";
            columns: ["venue_id", "menu_item_id"];
            isOneToOne: false;
            referencedRelation: "menu_items";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "recipe_lines_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "refunds": {
        Row: {
          "amount_minor": number;
          "created_at": string;
          "drawer_session_id": string | null;
          "failure_code": string | null;
          "id": string;
          "payment_id": string;
          "provider_reference": string | null;
          "reason": string;
          "requested_by": string | null;
          "reverses_transfer": boolean;
          "settled_at": string | null;
          "status": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "amount_minor": number;
          "created_at"?: string;
          "drawer_session_id"?: string | null;
          "failure_code"?: string | null;
          "id"?: string;
          "payment_id": string;
          "provider_reference"?: string | null;
          "reason": string;
          "requested_by"?: string | null;
          "reverses_transfer"?: boolean;
          "settled_at"?: string | null;
          "status": string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "amount_minor"?: number;
          "created_at"?: string;
          "drawer_session_id"?: string | null;
          "failure_code"?: string | null;
          "id"?: string;
          "payment_id"?: string;
          "provider_reference"?: string | null;
          "reason"?: string;
          "requested_by"?: string | null;
          "reverses_transfer"?: boolean;
          "settled_at"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "drawer_is_in_the_venue";
            columns: ["venue_id", "drawer_session_id"];
            isOneToOne: false;
            referencedRelation: "drawer_sessions";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "payment_is_in_the_venue";
            columns: ["venue_id", "payment_id"];
            isOneToOne: false;
            referencedRelation: "payments";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "reservation_customers": {
        Row: {
          "created_at": string;
          "email": string | null;
          "name": string;
          "note": string | null;
          "phone": string | null;
          "reservation_id": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email"?: string | null;
          "name": string;
          "note"?: string | null;
          "phone"?: string | null;
          "reservation_id": string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "email"?: string | null;
          "name"?: string;
          "note"?: string | null;
          "phone"?: string | null;
          "reservation_id"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "reservation_is_in_the_venue";
            columns: ["venue_id", "reservation_id"];
            isOneToOne: false;
            referencedRelation: "reservations";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "reservations": {
        Row: {
          "booked_by": string | null;
          "created_at": string;
          "ends_at": string;
          "id": string;
          "party_size": number;
          "session_id": string | null;
          "starts_at": string;
          "status": string;
          "table_id": string | null;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "booked_by"?: string | null;
          "created_at"?: string;
          "ends_at": string;
          "id"?: string;
          "party_size": number;
          "session_id"?: string | null;
          "starts_at": string;
          "status"?: string;
          "table_id"?: string | null;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "booked_by"?: string | null;
          "created_at"?: string;
          "ends_at"?: string;
          "id"?: string;
          "party_size"?: number;
          "session_id"?: string | null;
          "starts_at"?: string;
          "status"?: string;
          "table_id"?: string | null;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "reservations_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "session_is_in_the_venue";
            columns: ["venue_id", "session_id"];
            isOneToOne: false;
            referencedRelation: "table_sessions";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "table_is_in_the_venue";
            columns: ["venue_id", "table_id"];
            isOneToOne: false;
            referencedRelation: "tables";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "role_permissions": {
        Row: {
          "permission": string;
          "role": string;
        };
        ComputedFields: never;
        Insert: {
          "permission": string;
          "role": string;
        };
        Update: {
          "permission"?: string;
          "role"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "role_permissions_permission_fkey";
            columns: ["permission"];
            isOneToOne: false;
            referencedRelation: "permissions";
            referencedColumns: ["permission"];
          },
          {
            foreignKeyName: "role_permissions_role_fkey";
            columns: ["role"];
            isOneToOne: false;
            referencedRelation: "roles";
            referencedColumns: ["role"];
          },
        ];
      };
      "roles": {
        Row: {
          "rank": number;
          "role": string;
        };
        ComputedFields: never;
        Insert: {
          "rank": number;
          "role": string;
        };
        Update: {
          "rank"?: number;
          "role"?: string;
        };
        Relationships: [];
      };
      "shifts": {
        Row: {
          "cancel_reason": string | null;
          "created_at": string;
          "ends_at": string;
          "id": string;
          "organisation_id": string;
          "published_at": string | null;
          "starts_at": string;
          "status": string;
          "updated_at": string;
          "user_id": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cancel_reason"?: string | null;
          "created_at"?: string;
          "ends_at": string;
          "id"?: string;
          "organisation_id": string;
          "published_at"?: string | null;
          "starts_at": string;
          "status"?: string;
          "updated_at"?: string;
          "user_id": string;
          "venue_id": string;
        };
        Update: {
          "cancel_reason"?: string | null;
          "created_at"?: string;
          "ends_at"?: string;
          "id"?: string;
          "organisation_id"?: string;
          "published_at"?: string | null;
          "starts_at"?: string;
          "status"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "stock_movements": {
        Row: {
          "cost_per_1000_minor": number | null;
          "created_at": string;
          "created_by": string | null;
          "id": number;
          "ingredient_id": string;
          "kind": string;
          "order_line_id": string | null;
          "purchase_order_line_id": string | null;
          "quantity": number;
          "reason": string | null;
          "stocktake_id": string | null;
          "transfer_id": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cost_per_1000_minor"?: number | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "ingredient_id": string;
          "kind": string;
          "order_line_id"?: string | null;
          "purchase_order_line_id"?: string | null;
          "quantity": number;
          "reason"?: string | null;
          "stocktake_id"?: string | null;
          "transfer_id"?: string | null;
          "venue_id": string;
        };
        Update: {
          "cost_per_1000_minor"?: number | null;
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "ingredient_id"?: string;
          "kind"?: string;
          "order_line_id"?: string | null;
          "purchase_order_line_id"?: string | null;
          "quantity"?: number;
          "reason"?: string | null;
          "stocktake_id"?: string | null;
          "transfer_id"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_is_in_the_venue";
            columns: ["venue_id", "ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "line_is_in_the_venue";
            columns: ["venue_id", "order_line_id"];
            isOneToOne: false;
            referencedRelation: "order_lines";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "purchase_order_line_is_in_the_venue";
            columns: ["venue_id", "purchase_order_line_id"];
            isOneToOne: false;
            referencedRelation: "purchase_order_lines";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "stocktake_is_in_the_venue";
            columns: ["venue_id", "stocktake_id"];
            isOneToOne: false;
            referencedRelation: "stocktakes";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "stocktake_counts": {
        Row: {
          "counted": number;
          "counted_at": string;
          "counted_by": string | null;
          "expected": number;
          "ingredient_id": string;
          "stocktake_id": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "counted": number;
          "counted_at"?: string;
          "counted_by"?: string | null;
          "expected": number;
          "ingredient_id": string;
          "stocktake_id": string;
          "venue_id": string;
        };
        Update: {
          "counted"?: number;
          "counted_at"?: string;
          "counted_by"?: string | null;
          "expected"?: number;
          "ingredient_id"?: string;
          "stocktake_id"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "ingredient_is_in_the_venue";
            columns: ["venue_id", "ingredient_id"];
            isOneToOne: false;
            referencedRelation: "ingredients";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "stocktake_counts_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "stocktake_is_in_the_venue";
            columns: ["venue_id", "stocktake_id"];
            isOneToOne: false;
            referencedRelation: "stocktakes";
            referencedColumns: ["venue_id", "id"];
          },
        ];
      };
      "stocktakes": {
        Row: {
          "closed_at": string | null;
          "closed_by": string | null;
          "id": string;
          "opened_at": string;
          "opened_by": string | null;
          "status": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "id"?: string;
          "opened_at"?: string;
          "opened_by"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "id"?: string;
          "opened_at"?: string;
          "opened_by"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "stocktakes_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "subscription_events": {
        Row: {
          "after": NonNullable<Json>;
          "before": Json | null;
          "id": number;
          "occurred_at": string;
          "organisation_id": string;
          "subscription_id": string;
          "trace_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "after": NonNullable<Json>;
          "before"?: Json | null;
          "id"?: never;
          "occurred_at"?: string;
          "organisation_id": string;
          "subscription_id": string;
          "trace_id"?: string | null;
        };
        Update: {
          "after"?: NonNullable<Json>;
          "before"?: Json | null;
          "id"?: never;
          "occurred_at"?: string;
          "organisation_id"?: string;
          "subscription_id"?: string;
          "trace_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "subscription_is_of_the_organisation";
            columns: ["organisation_id", "subscription_id"];
            isOneToOne: false;
            referencedRelation: "subscriptions";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "subscriptions": {
        Row: {
          "billing_interval": string;
          "cancel_at_period_end": boolean;
          "created_at": string;
          "currency": string;
          "current_period_ends_at": string;
          "id": string;
          "items": NonNullable<Json>;
          "next_tier": string | null;
          "organisation_id": string;
          "past_due_since": string | null;
          "provider_reference": string;
          "seen_at": string;
          "started_at": string;
          "status": string;
          "tier": string;
          "trial_ends_at": string | null;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "billing_interval": string;
          "cancel_at_period_end": boolean;
          "created_at"?: string;
          "currency": string;
          "current_period_ends_at": string;
          "id"?: string;
          "items": NonNullable<Json>;
          "next_tier"?: string | null;
          "organisation_id": string;
          "past_due_since"?: string | null;
          "provider_reference": string;
          "seen_at": string;
          "started_at": string;
          "status": string;
          "tier": string;
          "trial_ends_at"?: string | null;
          "updated_at"?: string;
        };
        Update: {
          "billing_interval"?: string;
          "cancel_at_period_end"?: boolean;
          "created_at"?: string;
          "currency"?: string;
          "current_period_ends_at"?: string;
          "id"?: string;
          "items"?: NonNullable<Json>;
          "next_tier"?: string | null;
          "organisation_id"?: string;
          "past_due_since"?: string | null;
          "provider_reference"?: string;
          "seen_at"?: string;
          "started_at"?: string;
          "status"?: string;
          "tier"?: string;
          "trial_ends_at"?: string | null;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "subscriptions_next_tier_fkey";
            columns: ["next_tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
          {
            foreignKeyName: "subscriptions_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "subscriptions_tier_fkey";
            columns: ["tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
        ];
      };
      "suppliers": {
        Row: {
          "created_at": string;
          "email": string | null;
          "id": string;
          "name": string;
          "phone": string | null;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "name": string;
          "phone"?: string | null;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "email"?: string | null;
          "id"?: string;
          "name"?: string;
          "phone"?: string | null;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "suppliers_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "table_sessions": {
        Row: {
          "arrangement": number;
          "closed_at": string | null;
          "closed_by": string | null;
          "id": string;
          "opened_at": string;
          "opened_by": string | null;
          "table_id": string | null;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "arrangement"?: number;
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "id"?: string;
          "opened_at"?: string;
          "opened_by"?: string | null;
          "table_id"?: string | null;
          "venue_id": string;
        };
        Update: {
          "arrangement"?: number;
          "closed_at"?: string | null;
          "closed_by"?: string | null;
          "id"?: string;
          "opened_at"?: string;
          "opened_by"?: string | null;
          "table_id"?: string | null;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "table_is_in_the_venue";
            columns: ["venue_id", "table_id"];
            isOneToOne: false;
            referencedRelation: "tables";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "table_sessions_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "tables": {
        Row: {
          "area": string;
          "blocked_reason": string | null;
          "cleaned_at": string | null;
          "created_at": string;
          "id": string;
          "is_active": boolean;
          "label": string;
          "merged_into": string | null;
          "seats": number;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "area"?: string;
          "blocked_reason"?: string | null;
          "cleaned_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "label": string;
          "merged_into"?: string | null;
          "seats"?: number;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "area"?: string;
          "blocked_reason"?: string | null;
          "cleaned_at"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "is_active"?: boolean;
          "label"?: string;
          "merged_into"?: string | null;
          "seats"?: number;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "leading_table_is_in_the_venue";
            columns: ["venue_id", "merged_into"];
            isOneToOne: false;
            referencedRelation: "tables";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "tables_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "tier_entitlements": {
        Row: {
          "entitlement": string;
          "max_count": number | null;
          "tier": string;
        };
        ComputedFields: never;
        Insert: {
          "entitlement": string;
          "max_count"?: number | null;
          "tier": string;
        };
        Update: {
          "entitlement"?: string;
          "max_count"?: number | null;
          "tier"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "tier_entitlements_tier_fkey";
            columns: ["tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
        ];
      };
      "tiers": {
        Row: {
          "currency": string;
          "monthly_price_minor": number;
          "tier": string;
        };
        ComputedFields: never;
        Insert: {
          "currency"?: string;
          "monthly_price_minor": number;
          "tier": string;
        };
        Update: {
          "currency"?: string;
          "monthly_price_minor"?: number;
          "tier"?: string;
        };
        Relationships: [];
      };
      "time_entries": {
        Row: {
          "clocked_in_at": string;
          "clocked_out_at": string | null;
          "corrected_by": string | null;
          "correction_reason": string | null;
          "created_at": string;
          "id": string;
          "organisation_id": string;
          "shift_id": string | null;
          "status": string;
          "updated_at": string;
          "user_id": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "clocked_in_at"?: string;
          "clocked_out_at"?: string | null;
          "corrected_by"?: string | null;
          "correction_reason"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "organisation_id": string;
          "shift_id"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "user_id": string;
          "venue_id": string;
        };
        Update: {
          "clocked_in_at"?: string;
          "clocked_out_at"?: string | null;
          "corrected_by"?: string | null;
          "correction_reason"?: string | null;
          "created_at"?: string;
          "id"?: string;
          "organisation_id"?: string;
          "shift_id"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "user_id"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "shift_is_of_the_person";
            columns: ["venue_id", "user_id", "shift_id"];
            isOneToOne: false;
            referencedRelation: "shifts";
            referencedColumns: ["venue_id", "user_id", "id"];
          },
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "units": {
        Row: {
          "base_unit": string;
          "factor": number;
          "unit": string;
        };
        ComputedFields: never;
        Insert: {
          "base_unit": string;
          "factor": number;
          "unit": string;
        };
        Update: {
          "base_unit"?: string;
          "factor"?: number;
          "unit"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "units_base_unit_fkey";
            columns: ["base_unit"];
            isOneToOne: false;
            referencedRelation: "units";
            referencedColumns: ["unit"];
          },
        ];
      };
      "venues": {
        Row: {
          "address": string | null;
          "allows_negative_stock": boolean;
          "cash_needs_drawer": boolean;
          "cleaning_minutes": number;
          "collection_pays_at_till": boolean;
          "country": string;
          "created_at": string;
          "currency": string;
          "day_starts_at": string;
          "hold_minutes": number;
          "id": string;
          "locale": string;
          "menu_version": number | null;
          "name": string;
          "no_show_minutes": number;
          "opening_hours": Json | null;
          "organisation_id": string;
          "overdue_minutes": number;
          "postcode": string | null;
          "prices_include_tax": boolean;
          "revives_late_orders": boolean;
          "service_charge_bp": number;
          "service_type": string;
          "slug": string;
          "timezone": string;
          "turn_minutes": number;
          "updated_at": string;
          "venue_type": string;
        };
        ComputedFields: never;
        Insert: {
          "address"?: string | null;
          "allows_negative_stock"?: boolean;
          "cash_needs_drawer"?: boolean;
          "cleaning_minutes"?: number;
          "collection_pays_at_till"?: boolean;
          "country"?: string;
          "created_at"?: string;
          "currency"?: string;
          "day_starts_at"?: string;
          "hold_minutes"?: number;
          "id"?: string;
          "locale"?: string;
          "menu_version"?: number | null;
          "name": string;
          "no_show_minutes"?: number;
          "opening_hours"?: Json | null;
          "organisation_id": string;
          "overdue_minutes"?: number;
          "postcode"?: string | null;
          "prices_include_tax"?: boolean;
          "revives_late_orders"?: boolean;
          "service_charge_bp"?: number;
          "service_type"?: string;
          "slug": string;
          "timezone"?: string;
          "turn_minutes"?: number;
          "updated_at"?: string;
          "venue_type"?: string;
        };
        Update: {
          "address"?: string | null;
          "allows_negative_stock"?: boolean;
          "cash_needs_drawer"?: boolean;
          "cleaning_minutes"?: number;
          "collection_pays_at_till"?: boolean;
          "country"?: string;
          "created_at"?: string;
          "currency"?: string;
          "day_starts_at"?: string;
          "hold_minutes"?: number;
          "id"?: string;
          "locale"?: string;
          "menu_version"?: number | null;
          "name"?: string;
          "no_show_minutes"?: number;
          "opening_hours"?: Json | null;
          "organisation_id"?: string;
          "overdue_minutes"?: number;
          "postcode"?: string | null;
          "prices_include_tax"?: boolean;
          "revives_late_orders"?: boolean;
          "service_charge_bp"?: number;
          "service_type"?: string;
          "slug"?: string;
          "timezone"?: string;
          "turn_minutes"?: number;
          "updated_at"?: string;
          "venue_type"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "menu_version_is_published";
            columns: ["id", "menu_version"];
            isOneToOne: false;
            referencedRelation: "menu_versions";
            referencedColumns: ["venue_id", "version"];
          },
          {
            foreignKeyName: "venues_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "waiting_parties": {
        Row: {
          "created_at": string;
          "id": string;
          "name": string | null;
          "party_size": number;
          "phone": string | null;
          "quoted_minutes": number;
          "session_id": string | null;
          "status": string;
          "updated_at": string;
          "venue_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "party_size": number;
          "phone"?: string | null;
          "quoted_minutes": number;
          "session_id"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id": string;
        };
        Update: {
          "created_at"?: string;
          "id"?: string;
          "name"?: string | null;
          "party_size"?: number;
          "phone"?: string | null;
          "quoted_minutes"?: number;
          "session_id"?: string | null;
          "status"?: string;
          "updated_at"?: string;
          "venue_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "session_is_in_the_venue";
            columns: ["venue_id", "session_id"];
            isOneToOne: false;
            referencedRelation: "table_sessions";
            referencedColumns: ["venue_id", "id"];
          },
          {
            foreignKeyName: "waiting_parties_venue_id_fkey";
            columns: ["venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["id"];
          },
        ];
      };
      "webhook_deliveries": {
        Row: {
          "attempts": number;
          "created_at": string;
          "endpoint_id": string;
          "event_id": string;
          "failure": string | null;
          "finished_at": string | null;
          "id": string;
          "latency_ms": number | null;
          "next_attempt_at": string | null;
          "organisation_id": string;
          "response_status": number | null;
          "sending_until": string | null;
          "status": string;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "created_at"?: string;
          "endpoint_id": string;
          "event_id": string;
          "failure"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "latency_ms"?: number | null;
          "next_attempt_at"?: string | null;
          "organisation_id": string;
          "response_status"?: number | null;
          "sending_until"?: string | null;
          "status"?: string;
        };
        Update: {
          "attempts"?: number;
          "created_at"?: string;
          "endpoint_id"?: string;
          "event_id"?: string;
          "failure"?: string | null;
          "finished_at"?: string | null;
          "id"?: string;
          "latency_ms"?: number | null;
          "next_attempt_at"?: string | null;
          "organisation_id"?: string;
          "response_status"?: number | null;
          "sending_until"?: string | null;
          "status"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "endpoint_is_in_the_organisation";
            columns: ["organisation_id", "endpoint_id"];
            isOneToOne: false;
            referencedRelation: "webhook_endpoints";
            referencedColumns: ["organisation_id", "id"];
          },
          {
            foreignKeyName: "event_is_in_the_organisation";
            columns: ["organisation_id", "event_id"];
            isOneToOne: false;
            referencedRelation: "webhook_events";
            referencedColumns: ["organisation_id", "id"];
          },
        ];
      };
      "webhook_endpoints": {
        Row: {
          "created_at": string;
          "description": string | null;
          "disabled_because": string | null;
          "event_types": (string)[];
          "failing_since": string | null;
          "failures": number;
          "id": string;
          "is_enabled": boolean;
          "organisation_id": string;
          "updated_at": string;
          "url": string;
          "venue_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "description"?: string | null;
          "disabled_because"?: string | null;
          "event_types": (string)[];
          "failing_since"?: string | null;
          "failures"?: number;
          "id"?: string;
          "is_enabled"?: boolean;
          "organisation_id": string;
          "updated_at"?: string;
          "url": string;
          "venue_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "description"?: string | null;
          "disabled_because"?: string | null;
          "event_types"?: (string)[];
          "failing_since"?: string | null;
          "failures"?: number;
          "id"?: string;
          "is_enabled"?: boolean;
          "organisation_id"?: string;
          "updated_at"?: string;
          "url"?: string;
          "venue_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
          {
            foreignKeyName: "webhook_endpoints_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
        ];
      };
      "webhook_event_types": {
        Row: {
          "description": string;
          "type": string;
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "type": string;
        };
        Update: {
          "description"?: string;
          "type"?: string;
        };
        Relationships: [];
      };
      "webhook_events": {
        Row: {
          "created_at": string;
          "data": NonNullable<Json>;
          "id": string;
          "organisation_id": string;
          "sequence": number;
          "type": string;
          "venue_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at": string;
          "data": NonNullable<Json>;
          "id": string;
          "organisation_id": string;
          "sequence": number;
          "type": string;
          "venue_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "data"?: NonNullable<Json>;
          "id"?: string;
          "organisation_id"?: string;
          "sequence"?: number;
          "type"?: string;
          "venue_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "venue_is_in_the_organisation";
            columns: ["organisation_id", "venue_id"];
            isOneToOne: false;
            referencedRelation: "venues";
            referencedColumns: ["organisation_id", "id"];
          },
          {
            foreignKeyName: "webhook_events_organisation_id_fkey";
            columns: ["organisation_id"];
            isOneToOne: false;
            referencedRelation: "organisations";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "webhook_events_type_fkey";
            columns: ["type"];
            isOneToOne: false;
            referencedRelation: "webhook_event_types";
            referencedColumns: ["type"];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "accept_invitation": { Args: { "p_token": string }; Returns: Json };
      "add_time_entry": {
        Args: {
          "p_clocked_in_at": string;
          "p_clocked_out_at": string;
          "p_reason": string;
          "p_user_id": string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "add_waiting_party": {
        Args: {
          "p_idempotency_key": string;
          "p_name": string;
          "p_party_size": number;
          "p_phone"?: string;
          "p_quoted_minutes": number;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "adjust_points": {
        Args: { "p_account_id": string; "p_idempotency_key": string; "p_points": number; "p_reason": string };
        Returns: Json;
      };
      "adjust_stock": {
        Args: {
          "p_cost_minor"?: number;
          "p_idempotency_key": string;
          "p_ingredient_id": string;
          "p_kind": string;
          "p_quantity": number;
          "p_reason": string;
          "p_unit"?: string;
        };
        Returns: Json;
      };
      "advance_order": {
        Args: { "p_force"?: boolean; "p_order_id": string; "p_reason"?: string; "p_to": string };
        Returns: Json;
      };
      "advance_ticket": { Args: { "p_ticket_id": string; "p_to": string }; Returns: Json };
      "advance_tickets": { Args: { "p_ticket_ids": (string)[]; "p_to": string }; Returns: Json };
      "amend_order": { Args: { "p_changes": Json; "p_idempotency_key": string; "p_order_id": string }; Returns: Json };
      "apply_account": { Args: { "p_object": Json; "p_seen_at": string }; Returns: Json };
      "apply_subscription": { Args: { "p_object": Json; "p_seen_at"?: string }; Returns: Json };
      "assign_reservation": { Args: { "p_reservation_id": string; "p_table_id"?: string }; Returns: Json };
      "attach_account": { Args: { "p_account_id": string; "p_provider_reference": string }; Returns: Json };
      "attach_menu_image": {
        Args: { "p_alt": string; "p_height": number; "p_path": string; "p_width": number };
        Returns: Json;
      };
      "attach_payment": { Args: { "p_payment_id": string; "p_provider_reference": string }; Returns: Json };
      "begin_assistant_turn": {
        Args: {
          "p_conversation_id": string;
          "p_held_cost_micro": number;
          "p_held_tokens": number;
          "p_key": string;
          "p_model": string;
          "p_text": string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "book_reservation": {
        Args: {
          "p_email"?: string;
          "p_idempotency_key": string;
          "p_name": string;
          "p_note"?: string;
          "p_party_size": number;
          "p_phone"?: string;
          "p_starts_at": string;
          "p_table_id"?: string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "cancel_assistant_job": { Args: { "p_job_id": string }; Returns: Json };
      "cancel_bill_split": { Args: { "p_bill_id": string }; Returns: Json };
      "cancel_invitation": { Args: { "p_invitation_id": string }; Returns: Json };
      "cancel_order": { Args: { "p_order_id": string; "p_reason": string }; Returns: Json };
      "cancel_payment": { Args: { "p_payment_id": string }; Returns: Json };
      "cancel_purchase_order": { Args: { "p_purchase_order_id": string }; Returns: Json };
      "cancel_reservation": { Args: { "p_reservation_id": string }; Returns: Json };
      "cancel_shift": { Args: { "p_reason": string; "p_shift_id": string }; Returns: Json };
      "cancel_stocktake": { Args: { "p_stocktake_id": string }; Returns: Json };
      "change_role": { Args: { "p_membership_id": string; "p_role": string }; Returns: Json };
      "change_shift": { Args: { "p_ends_at": string; "p_shift_id": string; "p_starts_at": string }; Returns: Json };
      "check_in_reservation": {
        Args: { "p_join"?: boolean; "p_reservation_id": string; "p_table_id"?: string };
        Returns: Json;
      };
      "claim_jobs": {
        Args: { "p_lease_seconds"?: number; "p_limit"?: number; "p_queue": string };
        Returns: {
          "attempt": number;
          "job_id": number;
          "message": Json;
        }[];
      };
      "claim_reconciliation": { Args: { "p_run_id": string; "p_worker": string }; Returns: Json };
      "claim_webhooks": {
        Args: { "p_lease_seconds"?: number; "p_limit"?: number };
        Returns: {
          "attempt": number;
          "endpoint_id": string;
          "event": Json;
          "job_id": number;
          "secrets": (string)[];
          "url": string;
        }[];
      };
      "clock_in": { Args: { "p_venue_id": string }; Returns: Json };
      "clock_out": { Args: { "p_time_entry_id": string }; Returns: Json };
      "close_drawer": {
        Args: { "p_counted_minor": number; "p_drawer_session_id": string; "p_idempotency_key": string };
        Returns: Json;
      };
      "close_finding": { Args: { "p_finding_id": string; "p_reason": string }; Returns: Json };
      "close_table_session": { Args: { "p_session_id": string }; Returns: Json };
      "collect_payment": {
        Args: {
          "p_amount_minor": number;
          "p_drawer_session_id"?: string;
          "p_idempotency_key": string;
          "p_method": string;
          "p_order_id": string;
          "p_share_id"?: string;
          "p_tendered_minor"?: number;
          "p_terminal_reference"?: string;
          "p_tip_minor"?: number;
        };
        Returns: Json;
      };
      "comp_line": { Args: { "p_amount_minor"?: number; "p_line_id": string; "p_reason": string }; Returns: Json };
      "compare_kpis": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "compare_with_provider": { Args: { "p_objects": Json; "p_run_id": string; "p_worker": string }; Returns: Json };
      "confirm_proposal": { Args: { "p_proposal_id": string }; Returns: Json };
      "confirm_refund": {
        Args: { "p_failure_code"?: string; "p_provider_reference"?: string; "p_refund_id": string; "p_status": string };
        Returns: Json;
      };
      "continue_assistant_turn": {
        Args: {
          "p_cost_micro": number;
          "p_held_cost_micro": number;
          "p_held_tokens": number;
          "p_input_tokens": number;
          "p_key": string;
          "p_output_tokens": number;
          "p_request_number": number;
          "p_turn_id": string;
        };
        Returns: Json;
      };
      "correct_time_entry": {
        Args: { "p_clocked_in_at"?: string; "p_clocked_out_at": string; "p_reason": string; "p_time_entry_id": string };
        Returns: Json;
      };
      "count_stock": { Args: { "p_lines": Json; "p_stocktake_id": string }; Returns: Json };
      "create_api_key": {
        Args: {
          "p_expires_at"?: string;
          "p_name": string;
          "p_organisation_id": string;
          "p_scopes": (string)[];
          "p_venue_id"?: string;
        };
        Returns: Json;
      };
      "create_organisation": { Args: { "p_name": string; "p_slug": string }; Returns: Json };
      "create_qr_codes": {
        Args: { "p_kind"?: string; "p_table_ids": (string)[]; "p_venue_id": string };
        Returns: Json;
      };
      "create_venue": {
        Args: {
          "p_currency"?: string;
          "p_locale"?: string;
          "p_name": string;
          "p_organisation_id": string;
          "p_slug": string;
          "p_timezone"?: string;
          "p_venue_type"?: string;
        };
        Returns: Json;
      };
      "create_webhook_endpoint": {
        Args: {
          "p_description"?: string;
          "p_event_types": (string)[];
          "p_organisation_id": string;
          "p_url": string;
          "p_venue_id"?: string;
        };
        Returns: Json;
      };
      "delete_venue": { Args: { "p_venue_id": string }; Returns: Json };
      "delete_webhook_endpoint": { Args: { "p_endpoint_id": string }; Returns: Json };
      "describe_menu_image": { Args: { "p_alt": string; "p_image_id": string }; Returns: Json };
      "diff_menu": { Args: { "p_venue_id": string }; Returns: Json };
      "discard_proposal": { Args: { "p_proposal_id": string }; Returns: Json };
      "drop_tenant_schema": { Args: { "p_organisation_id": string }; Returns: Json };
      "erase_guest_data": { Args: { "p_email"?: string; "p_phone"?: string; "p_venue_id": string }; Returns: Json };
      "export_guest_data": { Args: { "p_email"?: string; "p_phone"?: string; "p_venue_id": string }; Returns: Json };
      "export_ingredients": { Args: { "p_venue_id": string }; Returns: string };
      "export_item_sales": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: string };
      "export_kpis": {
        Args: { "p_from": string; "p_granularity"?: string; "p_until": string; "p_venue_id": string };
        Returns: string;
      };
      "export_menu": { Args: { "p_format": string; "p_venue_id": string; "p_with_ids"?: boolean }; Returns: string };
      "fail_assistant_job": {
        Args: {
          "p_cost_micro"?: number;
          "p_input_tokens"?: number;
          "p_job_id": string;
          "p_output_tokens"?: number;
          "p_reason": string;
        };
        Returns: Json;
      };
      "fail_job": {
        Args: { "p_attempt"?: number; "p_error": string; "p_final"?: boolean; "p_job_id": number; "p_queue": string };
        Returns: Json;
      };
      "find_loyalty_account": { Args: { "p_card": string; "p_venue_id": string }; Returns: Json };
      "finish_assistant_job": {
        Args: {
          "p_answer": Json;
          "p_cost_micro"?: number;
          "p_input_tokens"?: number;
          "p_job_id": string;
          "p_output_tokens"?: number;
        };
        Returns: Json;
      };
      "finish_assistant_turn": {
        Args: {
          "p_cost_micro": number;
          "p_input_tokens": number;
          "p_key": string;
          "p_latency_ms": number;
          "p_outcome": string;
          "p_output_tokens": number;
          "p_text": string;
          "p_tools": Json;
          "p_turn_id": string;
        };
        Returns: Json;
      };
      "finish_billing_change": {
        Args: { "p_change_id": string; "p_failure_code"?: string; "p_provider_reference"?: string; "p_status": string };
        Returns: Json;
      };
      "finish_claim": { Args: { "p_answer"?: Json; "p_claim_id": string }; Returns: boolean };
      "finish_job": { Args: { "p_job_id": number; "p_queue": string }; Returns: boolean };
      "finish_reconciliation": { Args: { "p_run_id": string; "p_worker": string }; Returns: Json };
      "fire_course": { Args: { "p_course": number; "p_order_id": string }; Returns: Json };
      "forecast_demand": {
        Args: { "p_days"?: number; "p_menu_item_id"?: string; "p_venue_id": string; "p_weeks"?: number };
        Returns: Json;
      };
      "get_access_context": { Args: Record<PropertyKey, never>; Returns: Json };
      "get_assistant_job": { Args: { "p_job_id": string }; Returns: Json };
      "get_assistant_summary": {
        Args: { "p_from": string; "p_organisation_id": string; "p_until": string };
        Returns: Json;
      };
      "get_bill": { Args: { "p_session_token": string }; Returns: Json };
      "get_billing_customer": { Args: { "p_organisation_id": string }; Returns: Json };
      "get_bottom_items": {
        Args: { "p_from": string; "p_limit"?: number; "p_until": string; "p_venue_id": string };
        Returns: Json;
      };
      "get_dashboard": { Args: { "p_venue_id": string }; Returns: Json };
      "get_dish_costs": { Args: { "p_venue_id": string }; Returns: Json };
      "get_disputes": { Args: { "p_organisation_id": string }; Returns: Json };
      "get_drawer_report": { Args: { "p_business_date": string; "p_venue_id": string }; Returns: Json };
      "get_drawers": { Args: { "p_venue_id": string }; Returns: Json };
      "get_feedback_form": { Args: { "p_order_id": string; "p_session_token": string }; Returns: Json };
      "get_feedback_summary": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_floor": { Args: { "p_venue_id": string }; Returns: Json };
      "get_guest_order": { Args: { "p_order_id": string; "p_session_token": string }; Returns: Json };
      "get_health": { Args: Record<PropertyKey, never>; Returns: Json };
      "get_item_pairs": {
        Args: { "p_from": string; "p_limit"?: number; "p_until": string; "p_venue_id": string };
        Returns: Json;
      };
      "get_kitchen_board": { Args: { "p_station_id"?: string; "p_venue_id": string }; Returns: Json };
      "get_kitchen_boards": { Args: { "p_organisation_id": string; "p_venue_ids"?: (string)[] }; Returns: Json };
      "get_kpis": {
        Args: { "p_from": string; "p_granularity"?: string; "p_until": string; "p_venue_id": string };
        Returns: Json;
      };
      "get_ledger_balance": { Args: { "p_organisation_id": string }; Returns: Json };
      "get_low_stock": { Args: { "p_venue_id": string }; Returns: Json };
      "get_loyalty": { Args: { "p_card"?: string; "p_session_token": string }; Returns: Json };
      "get_loyalty_report": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_mail": { Args: { "p_subject_id": string; "p_template": string }; Returns: Json };
      "get_menu": { Args: { "p_locale"?: string; "p_venue_slug": string }; Returns: Json };
      "get_missing_events": {
        Args: { "p_event_ids": (string)[]; "p_run_id": string; "p_worker": string };
        Returns: Json;
      };
      "get_organisation_kpis": {
        Args: { "p_from": string; "p_granularity"?: string; "p_organisation_id": string; "p_until": string };
        Returns: Json;
      };
      "get_overdue_orders": { Args: { "p_venue_id": string }; Returns: Json };
      "get_payment_check": { Args: { "p_payment_id": string }; Returns: Json };
      "get_payouts": { Args: { "p_from"?: string; "p_organisation_id": string; "p_until"?: string }; Returns: Json };
      "get_prep_times": { Args: { "p_from": string; "p_until"?: string; "p_venue_id": string }; Returns: Json };
      "get_qr_sheet": { Args: { "p_tokens": (string)[]; "p_venue_id": string }; Returns: Json };
      "get_reconciliation_report": {
        Args: { "p_from"?: string; "p_organisation_id": string; "p_until"?: string };
        Returns: Json;
      };
      "get_reconciliation_status": { Args: { "p_run_id"?: string }; Returns: Json };
      "get_removable_objects": { Args: { "p_bucket_id": string; "p_limit"?: number }; Returns: Json };
      "get_repeat_guests": {
        Args: { "p_from": string; "p_granularity"?: string; "p_until": string; "p_venue_id": string };
        Returns: Json;
      };
      "get_schedule": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_session_channel": { Args: { "p_session_token": string }; Returns: Json };
      "get_staff_performance": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_table_revenue": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_team": { Args: { "p_venue_id": string }; Returns: Json };
      "get_tenant_schema": { Args: { "p_organisation_id": string }; Returns: Json };
      "get_timesheet": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "get_top_items": {
        Args: { "p_from": string; "p_limit"?: number; "p_until": string; "p_venue_id": string };
        Returns: Json;
      };
      "get_unconfirmed_objects": {
        Args: { "p_limit"?: number; "p_run_id": string; "p_worker": string };
        Returns: Json;
      };
      "get_venue": { Args: { "p_venue_slug": string }; Returns: Json };
      "import_ingredients": { Args: { "p_csv": string; "p_venue_id": string }; Returns: Json };
      "import_menu": { Args: { "p_content": string; "p_format": string; "p_venue_id": string }; Returns: Json };
      "invite_member": {
        Args: { "p_email": string; "p_organisation_id": string; "p_role": string; "p_venue_id"?: string };
        Returns: Json;
      };
      "join_loyalty": { Args: { "p_session_token": string }; Returns: Json };
      "leave_feedback": { Args: { "p_answers": Json; "p_order_id": string; "p_session_token": string }; Returns: Json };
      "leave_waiting_list": { Args: { "p_waiting_party_id": string }; Returns: Json };
      "list_api_keys": { Args: { "p_organisation_id": string }; Returns: Json };
      "list_dead_letters": {
        Args: { "p_after"?: number; "p_limit"?: number; "p_queue": string };
        Returns: {
          "attempts": number;
          "error": string;
          "failed_at": string;
          "letter_id": number;
          "payload": Json;
          "replayable": boolean;
          "topic": string;
        }[];
      };
      "list_items_without_image": { Args: { "p_limit"?: number; "p_venue_id": string }; Returns: Json };
      "list_members": { Args: { "p_organisation_id": string }; Returns: Json };
      "list_open_orders": { Args: { "p_limit"?: number; "p_table_id"?: string; "p_venue_id": string }; Returns: Json };
      "list_qr_codes": { Args: { "p_venue_id": string }; Returns: Json };
      "list_quarantined_events": { Args: { "p_limit"?: number; "p_organisation_id"?: string }; Returns: Json };
      "list_stock": { Args: { "p_limit"?: number; "p_query": string; "p_venue_id": string }; Returns: Json };
      "merge_tables": {
        Args: { "p_confirm"?: boolean; "p_table_id": string; "p_table_ids": (string)[] };
        Returns: Json;
      };
      "moderate_feedback": {
        Args: { "p_feedback_id": string; "p_is_hidden": boolean; "p_reason": string };
        Returns: Json;
      };
      "move_table": { Args: { "p_session_id": string; "p_table_id": string }; Returns: Json };
      "note_assistant_response": { Args: { "p_job_id": string; "p_response_id": string }; Returns: Json };
      "open_drawer": {
        Args: {
          "p_float_minor": number;
          "p_idempotency_key": string;
          "p_is_blind"?: boolean;
          "p_name": string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "open_stocktake": { Args: { "p_venue_id": string }; Returns: Json };
      "open_table_session": { Args: { "p_table_id": string }; Returns: Json };
      "order_menu_images": { Args: { "p_image_ids": (string)[]; "p_menu_item_id": string }; Returns: Json };
      "pay_into_drawer": {
        Args: {
          "p_amount_minor": number;
          "p_drawer_session_id": string;
          "p_idempotency_key": string;
          "p_reason": string;
        };
        Returns: Json;
      };
      "pay_out_of_drawer": {
        Args: {
          "p_amount_minor": number;
          "p_drawer_session_id": string;
          "p_idempotency_key": string;
          "p_reason": string;
        };
        Returns: Json;
      };
      "place_order": {
        Args: { "p_idempotency_key": string; "p_order": Json; "p_session_token": string };
        Returns: Json;
      };
      "place_staff_order": {
        Args: {
          "p_idempotency_key": string;
          "p_order": Json;
          "p_source"?: string;
          "p_table_session_id"?: string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "plan_shift": {
        Args: { "p_ends_at": string; "p_starts_at": string; "p_user_id": string; "p_venue_id": string };
        Returns: Json;
      };
      "post_stocktake": { Args: { "p_stocktake_id": string }; Returns: Json };
      "propose_change": { Args: { "p_arguments": Json; "p_tool": string; "p_venue_id": string }; Returns: Json };
      "propose_purchase_orders": { Args: { "p_venue_id": string }; Returns: Json };
      "provision_tenant_schema": { Args: { "p_organisation_id": string }; Returns: Json };
      "publish_menu": { Args: { "p_venue_id": string }; Returns: Json };
      "publish_shifts": { Args: { "p_from": string; "p_until": string; "p_venue_id": string }; Returns: Json };
      "purge_dead_letters": {
        Args: { "p_failed_before"?: string; "p_letter_ids"?: (number)[]; "p_queue": string };
        Returns: number;
      };
      "quote_order": { Args: { "p_order": Json; "p_session_token": string }; Returns: Json };
      "read_menu_files": { Args: { "p_paths": (string)[]; "p_venue_id": string }; Returns: Json };
      "receive_purchase_order": {
        Args: { "p_idempotency_key": string; "p_lines": Json; "p_purchase_order_id": string };
        Returns: Json;
      };
      "record_ai_event": {
        Args: { "p_created_at": string; "p_event_id": string; "p_response_id"?: string; "p_type": string };
        Returns: Json;
      };
      "record_assistant_call": {
        Args: {
          "p_arguments": Json;
          "p_latency_ms": number;
          "p_outcome": string;
          "p_rows": number;
          "p_tool": string;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "record_provider_event": {
        Args: {
          "p_created_at": string;
          "p_event_id": string;
          "p_livemode"?: boolean;
          "p_payload": Json;
          "p_provider": string;
          "p_type": string;
        };
        Returns: Json;
      };
      "redeliver_webhook": { Args: { "p_delivery_id": string }; Returns: Json };
      "refund_payment": {
        Args: {
          "p_amount_minor": number;
          "p_drawer_session_id"?: string;
          "p_idempotency_key": string;
          "p_payment_id": string;
          "p_reason": string;
        };
        Returns: Json;
      };
      "refuse_destination": { Args: { "p_payment_id": string }; Returns: Json };
      "relay_outbox": { Args: Record<PropertyKey, never>; Returns: number };
      "release_reconciliation": { Args: { "p_error"?: string; "p_run_id": string; "p_worker": string }; Returns: Json };
      "remove_member": { Args: { "p_membership_id": string }; Returns: Json };
      "remove_menu_image": { Args: { "p_image_id": string }; Returns: Json };
      "replay_dead_letters": { Args: { "p_letter_ids"?: (number)[]; "p_queue": string }; Returns: Json };
      "report_payment": {
        Args: {
          "p_amount_minor"?: number;
          "p_currency"?: string;
          "p_payment_id": string;
          "p_provider_reference"?: string;
          "p_state": string;
        };
        Returns: Json;
      };
      "request_reconciliation": { Args: { "p_since"?: string }; Returns: Json };
      "resolve_provider_event": {
        Args: { "p_event_id": string; "p_reason": string; "p_resolution": string };
        Returns: Json;
      };
      "revoke_api_key": { Args: { "p_api_key_id": string }; Returns: Json };
      "revoke_qr_code": { Args: { "p_qr_code_id": string }; Returns: Json };
      "rollback_menu": { Args: { "p_venue_id": string; "p_version": number }; Returns: Json };
      "rotate_api_key": { Args: { "p_api_key_id": string; "p_overlap_minutes"?: number }; Returns: Json };
      "rotate_qr_code": { Args: { "p_kind": string; "p_table_id"?: string; "p_venue_id": string }; Returns: Json };
      "rotate_tenant_password": { Args: { "p_organisation_id": string }; Returns: Json };
      "rotate_webhook_secret": { Args: { "p_endpoint_id": string; "p_overlap_hours"?: number }; Returns: Json };
      "run_venue_job": { Args: { "p_topic": string; "p_venue_id": string }; Returns: number };
      "save_loyalty_programme": {
        Args: {
          "p_earn_per_minor": number;
          "p_earn_points": number;
          "p_expires_after_days": number;
          "p_is_active": boolean;
          "p_min_redeem_points": number;
          "p_name": string;
          "p_point_value_minor": number;
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "save_purchase_order": {
        Args: { "p_lines": Json; "p_supplier_id": string; "p_venue_id": string };
        Returns: Json;
      };
      "save_reconciliation_page": {
        Args: {
          "p_counts"?: Json;
          "p_objects"?: Json;
          "p_page_after": string;
          "p_run_id": string;
          "p_step": string;
          "p_worker": string;
        };
        Returns: Json;
      };
      "search_menu": { Args: { "p_limit"?: number; "p_query": string; "p_venue_id": string }; Returns: Json };
      "seat_waiting_party": { Args: { "p_table_id": string; "p_waiting_party_id": string }; Returns: Json };
      "send_purchase_order": { Args: { "p_purchase_order_id": string }; Returns: Json };
      "send_test_webhook": { Args: { "p_endpoint_id": string }; Returns: Json };
      "set_availability": {
        Args: {
          "p_is_available": boolean;
          "p_menu_item_ids"?: (string)[];
          "p_option_ids"?: (string)[];
          "p_venue_id": string;
        };
        Returns: Json;
      };
      "set_menu_image_variants": { Args: { "p_image_id": string; "p_variants": Json }; Returns: Json };
      "set_recipe": {
        Args: { "p_lines": Json; "p_menu_item_id"?: string; "p_option_id"?: string; "p_venue_id": string };
        Returns: Json;
      };
      "set_table_state": { Args: { "p_reason"?: string; "p_state": string; "p_table_id": string }; Returns: Json };
      "settle_webhook": {
        Args: {
          "p_attempt": number;
          "p_failure"?: string;
          "p_job_id": number;
          "p_latency_ms"?: number;
          "p_response_status"?: number;
        };
        Returns: Json;
      };
      "split_bill": {
        Args: { "p_idempotency_key": string; "p_order_id"?: string; "p_session_id"?: string; "p_split": Json };
        Returns: Json;
      };
      "spread_webhook_event": { Args: { "p_event": Json }; Returns: number };
      "start_account_link": { Args: { "p_organisation_id": string }; Returns: Json };
      "start_assistant_job": { Args: { "p_job_id": string }; Returns: Json };
      "start_billing_change": {
        Args: {
          "p_currency"?: string;
          "p_interval"?: string;
          "p_item"?: string;
          "p_kind": string;
          "p_organisation_id": string;
        };
        Returns: Json;
      };
      "start_payment": {
        Args: {
          "p_idempotency_key"?: string;
          "p_order_id": string;
          "p_request"?: Json;
          "p_session_token": string;
          "p_share_id"?: string;
        };
        Returns: Json;
      };
      "start_table_session": { Args: { "p_qr_token": string }; Returns: Json };
      "take_assistant_job_budget": {
        Args: {
          "p_cost_micro": number;
          "p_input_tokens": number;
          "p_job_id": string;
          "p_model": string;
          "p_output_tokens": number;
        };
        Returns: Json;
      };
      "transfer_orders": { Args: { "p_order_ids": (string)[]; "p_session_id": string }; Returns: Json };
      "transfer_stock": {
        Args: {
          "p_idempotency_key": string;
          "p_ingredient_id": string;
          "p_quantity": number;
          "p_reason": string;
          "p_to_ingredient_id": string;
          "p_unit"?: string;
        };
        Returns: Json;
      };
      "translate_menu": { Args: { "p_locale": string; "p_venue_id": string }; Returns: Json };
      "undo_proposal": { Args: { "p_proposal_id": string }; Returns: Json };
      "unlink_account": { Args: { "p_organisation_id": string }; Returns: Json };
      "unmerge_tables": { Args: { "p_table_id": string }; Returns: Json };
      "update_webhook_endpoint": {
        Args: {
          "p_description"?: string;
          "p_endpoint_id": string;
          "p_event_types"?: (string)[];
          "p_is_enabled"?: boolean;
          "p_url"?: string;
        };
        Returns: Json;
      };
      "use_assistant": { Args: { "p_venue_id": string }; Returns: Json };
      "void_line": { Args: { "p_line_id": string; "p_reason": string }; Returns: Json };
      "write_off_order": {
        Args: { "p_idempotency_key": string; "p_order_id": string; "p_reason": string };
        Returns: Json;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {},
  },
} as const;
