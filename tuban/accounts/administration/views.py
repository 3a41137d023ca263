"""Accounts and organisations of the administrator's scope."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.administration import actions
from tuban.accounts.administration.forms import AccountForm, OrganisationForm, PostForm
from tuban.accounts.administration.pages import accounts_page, detail_page
from tuban.accounts.requests import SignedInRequest

CHANGED = "已修改。"


@require_safe
def accounts(request: SignedInRequest) -> HttpResponse:
    """账号 in scope, found by name, post or organisation."""
    page = accounts_page(request.user, request.GET.get("q", "").strip())
    return render(request, "accounts/manage/list.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """开通账号; the one-time password is shown this once."""
    form = AccountForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user, password = actions.make_account(
                actor=request.user,
                username=given["username"],
                organisation_id=given["organisation"],
                title=given["title"],
                role=given["role"],
            )
        except actions.AccountRefused as refused:
            _tell(form, refused)
        else:
            return _once(request, user.pk, password, "账号已开通")
    return render(request, "accounts/manage/add.html", {"form": form}, status=_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One account: its post, which can be changed, its state, the record of its doors."""
    page = detail_page(request.user, pk)
    form = PostForm(request.user, request.POST or None, initial=page.post)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.move_account(
                actor=request.user,
                account_id=pk,
                organisation_id=given["organisation"],
                title=given["title"],
                role=given["role"],
            )
        except actions.AccountRefused as refused:
            _tell(form, refused)
        else:
            messages.success(request, CHANGED)
            return redirect("account-detail", pk)
    context = {"page": page, "form": form}
    return render(request, "accounts/manage/detail.html", context, status=_status(form))


@never_cache
@require_POST
def reset(request: SignedInRequest, pk: int) -> HttpResponse:
    """重置口令; the one-time password is shown this once."""
    password = actions.reset_password(actor=request.user, account_id=pk)
    return _once(request, pk, password, "口令已重置")


@require_POST
def unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    """解除锁定."""
    actions.unlock(actor=request.user, account_id=pk)
    return _back(request, pk, "锁定已解除。")


@require_POST
def factor_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """停用动态口令 of a lost device."""
    actions.factor_off(actor=request.user, account_id=pk)
    return _back(request, pk, "动态口令已停用。")


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """停用账号."""
    actions.set_active(actor=request.user, account_id=pk, active=False)
    return _back(request, pk, "账号已停用，登录和令牌立即失效。")


@require_POST
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """恢复账号."""
    actions.set_active(actor=request.user, account_id=pk, active=True)
    return _back(request, pk, "账号已恢复。")


@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: SignedInRequest) -> HttpResponse:
    """单位 in scope; POST adds one."""
    form = OrganisationForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_organisation(actor=request.user, **form.cleaned_data)
        except actions.AccountRefused as refused:
            _tell(form, refused)
        else:
            messages.success(request, "单位已增设。")
            return redirect("organisation-list")
    context = {"form": form, "organisations": actions.organisations_for(request.user)}
    return render(request, "accounts/manage/organisations.html", context, status=_status(form))


def _once(request: SignedInRequest, pk: int, password: str, title: str) -> HttpResponse:
    account = actions.get_account(request.user, pk)
    context = {"account": account, "password": password, "title": title}
    return render(request, "accounts/manage/once.html", context)


def _back(request: SignedInRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("account-detail", pk)


def _tell(form: Form, refused: actions.AccountRefused) -> None:
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, f"{refused.message}{refused.remedy or ''}")


def _status(form: Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
