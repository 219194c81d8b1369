"""The back office's own pages."""

from django.urls import URLPattern, path, re_path

from dom.console.views.actions import FORMS, Limits, OrderAction
from dom.console.views.bulk import Bulk, BulkJob, WorkBulk, WorkPaper
from dom.console.views.changes import Changes
from dom.console.views.clients import ClientAction, ClientPage, Clients, KeyAction
from dom.console.views.counts import FORMS as COUNT_FORMS
from dom.console.views.counts import GENERAL as COUNTS_FORMS
from dom.console.views.counts import CountAction, CountPage, Counts
from dom.console.views.decisions import Decisions
from dom.console.views.document_editor import DocumentEditor
from dom.console.views.documents import Document, DocumentAction, Documents, FormerPage
from dom.console.views.finding import FindAnything
from dom.console.views.jobs import JobAction, JobPage, Jobs
from dom.console.views.master_files import ImportFaults, MasterExport, MasterImport, MasterPreview
from dom.console.views.masters import MasterPage, MasterRetire, Masters, MasterSwitch
from dom.console.views.me import Me, MyPassword
from dom.console.views.node import FORMS as NODE_FORMS
from dom.console.views.node import NodeAction, NodePage
from dom.console.views.nodes import Nodes
from dom.console.views.orders import OrderPage, Orders, Work
from dom.console.views.people import FORMS as PEOPLE_FORMS
from dom.console.views.people import AddPerson, People, PersonAction, PersonLink, PersonPage
from dom.console.views.repairs import FORMS as REPAIR_FORMS
from dom.console.views.repairs import RepairAction, Repairs
from dom.console.views.second_factor import MySecondFactor
from dom.console.views.shortages import ShortageHandling
from dom.console.views.sku_actions import FORMS as SKU_FORMS
from dom.console.views.sku_actions import SkuAction
from dom.console.views.skus import SkuMovements, SkuPage, SkuReservations
from dom.console.views.stock import Stock
from dom.console.views.supply import FORMS as SUPPLY_FORMS
from dom.console.views.supply import Supplies, SupplyAction, SupplyPage
from dom.console.views.today import Today
from dom.console.views.transfer_actions import FORMS as TRANSFER_FORMS
from dom.console.views.transfer_actions import GENERAL, TransferAction
from dom.console.views.transfers import TransferPage, Transfers
from dom.console.views.webhook_edit import EndpointAction, SecretAction
from dom.console.views.webhooks import DeliveryAction, DeliveryPage, WebhookAction, WebhookPage, Webhooks
from dom.console.views.workbench import Workbench

app_name = "console"

urlpatterns: list[URLPattern] = [
    path("", Today.as_view(), name="today"),
    path("find/", FindAnything.as_view(), name="find"),
    path("me/", Me.as_view(), name="me"),
    path("me/password/", MyPassword.as_view(), name="my-password"),
    path("me/second-factor/", MySecondFactor.as_view(), name="my-second-factor"),
    path("people/", People.as_view(), name="people"),
    path("people/add/", AddPerson.as_view(), name="add-person"),
    path("people/<str:username>/", PersonPage.as_view(), name="person"),
    path("people/<str:username>/link/", PersonLink.as_view(), name="person-link"),
    re_path(
        rf"^people/(?P<username>[^/]+)/(?P<action>{'|'.join(PEOPLE_FORMS)})/$",
        PersonAction.as_view(),
        name="person-action",
    ),
    path("workbench/", Workbench.as_view(), name="workbench"),
    path("bulk/", Bulk.as_view(), name="bulk"),
    path("bulk/work/", WorkBulk.as_view(), name="work-bulk"),
    path("bulk/work/paper/", WorkPaper.as_view(), name="work-paper"),
    path("bulk/<str:ref>/", BulkJob.as_view(), name="bulk-job"),
    path("orders/", Orders.as_view(), name="orders"),
    path("orders/appeasement-limits/", Limits.as_view(), name="appeasement-limits"),
    path("orders/<str:ref>/", OrderPage.as_view(), name="order"),
    re_path(rf"^orders/(?P<ref>[^/]+)/(?P<action>{'|'.join(FORMS)})/$", OrderAction.as_view(), name="order-action"),
    path("fulfillment-orders/", Work.as_view(), name="fulfillment-orders"),
    path("decisions/", Decisions.as_view(), name="decisions"),
    path("stock/", Stock.as_view(), name="stock"),
    path("shortages/handling/", ShortageHandling.as_view(), name="shortage-handling"),
    path("stock/<path:sku>/movements/", SkuMovements.as_view(), name="sku-movements"),
    path("stock/<path:sku>/reservations/", SkuReservations.as_view(), name="sku-reservations"),
    re_path(rf"^stock/(?P<sku>.+)/(?P<action>{'|'.join(SKU_FORMS)})/$", SkuAction.as_view(), name="sku-action"),
    path("stock/<path:sku>/", SkuPage.as_view(), name="sku"),
    path("supply/", Supplies.as_view(), name="supplies"),
    path("supply/<int:number>/", SupplyPage.as_view(), name="supply"),
    re_path(
        rf"^supply/(?P<number>[0-9]{{1,18}})/(?P<action>{'|'.join(SUPPLY_FORMS)})/$",
        SupplyAction.as_view(),
        name="supply-action",
    ),
    path("counts/", Counts.as_view(), name="counts"),
    re_path(rf"^counts/(?P<action>{'|'.join(COUNTS_FORMS)})/$", CountAction.as_view(), name="counts-action"),
    path("counts/<str:ref>/", CountPage.as_view(), name="count"),
    re_path(
        rf"^counts/(?P<ref>[^/]+)/(?P<action>{'|'.join(COUNT_FORMS)})/$", CountAction.as_view(), name="count-action"
    ),
    path("repairs/", Repairs.as_view(), name="repairs"),
    re_path(r"^repairs/(?P<action>look)/$", RepairAction.as_view(), name="repairs-action"),
    re_path(
        rf"^repairs/(?P<number>[0-9]{{1,18}})/(?P<action>{'|'.join(REPAIR_FORMS)})/$",
        RepairAction.as_view(),
        name="repair-action",
    ),
    path("low-stock/", FormerPage.as_view(kind="low-stock"), name="low-stock"),
    path("transfers/", Transfers.as_view(), name="transfers"),
    re_path(rf"^transfers/(?P<action>{'|'.join(GENERAL)})/$", TransferAction.as_view(), name="transfers-action"),
    path("transfers/<str:ref>/", TransferPage.as_view(), name="transfer"),
    re_path(
        rf"^transfers/(?P<ref>[^/]+)/(?P<action>{'|'.join(TRANSFER_FORMS)})/$",
        TransferAction.as_view(),
        name="transfer-action",
    ),
    path("nodes/", Nodes.as_view(), name="nodes"),
    re_path(rf"^nodes/(?P<code>.+)/(?P<action>{'|'.join(NODE_FORMS)})/$", NodeAction.as_view(), name="node-action"),
    path("nodes/<path:code>/", NodePage.as_view(), name="node"),
    path("rules/", FormerPage.as_view(kind="policy"), name="rules"),
    path("api-clients/", Clients.as_view(), name="clients"),
    path("api-clients/new/", KeyAction.as_view(), name="client-new"),
    path("api-clients/<slug:prefix>/", ClientPage.as_view(), name="client"),
    re_path(
        rf"^api-clients/(?P<prefix>[0-9a-f]+)/(?P<action>{'|'.join(ClientAction.forms)})/$",
        ClientAction.as_view(),
        name="client-action",
    ),
    re_path(r"^api-clients/(?P<prefix>[0-9a-f]+)/(?P<action>rotate|readmit)/$", KeyAction.as_view(), name="client-key"),
    path("webhooks/", Webhooks.as_view(), name="webhooks"),
    path("webhooks/new/", SecretAction.as_view(), name="webhook-new"),
    path("webhooks/<str:ref>/edit/", EndpointAction.as_view(), name="webhook-edit"),
    re_path(r"^webhooks/(?P<ref>[^/]+)/(?P<action>rotate)/$", SecretAction.as_view(), name="webhook-secret"),
    path("webhooks/<str:ref>/", WebhookPage.as_view(), name="webhook"),
    re_path(
        rf"^webhooks/(?P<ref>[^/]+)/(?P<action>{'|'.join(WebhookAction.forms)})/$",
        WebhookAction.as_view(),
        name="webhook-action",
    ),
    path("webhooks/<str:ref>/deliveries/<str:message_id>/", DeliveryPage.as_view(), name="delivery"),
    path("webhooks/<str:ref>/deliveries/<str:message_id>/again/", DeliveryAction.as_view(), name="delivery-replay"),
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/<str:ref>/", JobPage.as_view(), name="job"),
    path("jobs/<str:ref>/cancel/", JobAction.as_view(), name="job-cancel"),
    path("configuration/<slug:kind>/", Documents.as_view(), name="documents"),
    path("configuration/<slug:kind>/new/", DocumentEditor.as_view(), name="document-new"),
    path("configuration/<slug:kind>/edit/<path:scope>/", DocumentEditor.as_view(), name="document-edit"),
    path("configuration/<slug:kind>/end/<path:scope>/", DocumentAction.as_view(), name="document-end"),
    path("configuration/<slug:kind>/back/<int:number>/<path:scope>/", DocumentAction.as_view(), name="document-back"),
    path("configuration/<slug:kind>/one/<path:scope>/", Document.as_view(), name="document"),
    path("master/changes/", Changes.as_view(), name="changes"),
    path("master/<slug:slug>/", Masters.as_view(), name="masters"),
    path("master/<slug:slug>/new/", MasterPage.as_view(), name="master-new"),
    path("master/<slug:slug>/export/", MasterExport.as_view(), name="master-export"),
    path("master/<slug:slug>/import/", MasterImport.as_view(), name="master-import"),
    path("master/<slug:slug>/import/<str:ref>/", MasterPreview.as_view(), name="master-preview"),
    path("master/<slug:slug>/import/<str:ref>/wrong/", ImportFaults.as_view(), name="master-wrong"),
    path("master/<slug:slug>/switch/<slug:verb>/<path:code>/", MasterSwitch.as_view(), name="master-switch"),
    path("master/<slug:slug>/retire/<path:code>/", MasterRetire.as_view(), name="master-retire"),
    path("master/<slug:slug>/one/<path:code>/", MasterPage.as_view(), name="master"),
]
