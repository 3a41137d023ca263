"""Pages on one's own account: password, second factor, tokens, what was done in its name."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts import secondfactor
from tuban.accounts.access import require
from tuban.accounts.mine.forms import FactorForm, PasswordForm, ProofForm
from tuban.accounts.mine.pages import account_page
from tuban.accounts.passwords import RULES, change_password
from tuban.accounts.requests import SignedInRequest
from tuban.accounts.secondfactor import Demanded, WrongCode
from tuban.accounts.tokens import MOST_DAYS, TokenRefused, make_token, revoke_token, standing

_SECRET = "factor_secret"


@never_cache
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """账号安全: where things stand, and the last sign-ins."""
    context = {"page": account_page(request.user), "proof": ProofForm(request.user)}
    return render(request, "accounts/account.html", context)


@never_cache
@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedInRequest) -> HttpResponse:
    """修改口令; the other browsers' sessions end, this one goes on."""
    user = request.user
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _knows(request, form, "current"):
        change_password(user, form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, "口令已修改。其他浏览器上的登录已全部退出。")
        return redirect("account")
    context = {"form": form, "rules": RULES, "must": user.must_change_password}
    return render(request, "accounts/password.html", context, status=_status(form))


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: SignedInRequest) -> HttpResponse:
    """启用动态口令; the recovery codes are shown this once."""
    user = request.user
    if secondfactor.is_on(user):
        return redirect("account")
    secret = request.session.setdefault(_SECRET, secondfactor.new_secret())
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _knows(request, form, "password"):
        try:
            codes = secondfactor.switch_on(user, secret, form.cleaned_data["code"])
        except WrongCode as error:
            form.add_error("code", f"{error.message}{error.cause}{error.remedy}")
        else:
            del request.session[_SECRET]
            request.session.cycle_key()
            return _codes(request, codes, "动态口令已启用")
    context = {
        "form": form,
        "picture": secondfactor.picture(user, secret),
        "secret": secondfactor.in_groups(secret),
        "demanded": secondfactor.is_demanded(user),
    }
    return render(request, "accounts/second_factor.html", context, status=_status(form))


@never_cache
@sensitive_post_parameters("password")
@require_POST
def second_factor_codes(request: SignedInRequest) -> HttpResponse:
    """更换备用码, shown this once."""
    proof = ProofForm(request.user, request.POST)
    if not (proof.is_valid() and _knows(request, proof, "password")):
        return _unproven(request, proof)
    return _codes(request, secondfactor.renew_codes(request.user), "备用码已更换")


@never_cache
@sensitive_post_parameters("password")
@require_POST
def second_factor_off(request: SignedInRequest) -> HttpResponse:
    """停用动态口令."""
    proof = ProofForm(request.user, request.POST)
    if not (proof.is_valid() and _knows(request, proof, "password")):
        return _unproven(request, proof)
    try:
        secondfactor.switch_off(request.user, request.user)
    except Demanded as error:
        proof.add_error(None, f"{error.message}{error.cause}{error.remedy}")
        return _unproven(request, proof)
    messages.success(request, "动态口令已停用，登录只需口令。")
    return redirect("account")


def _codes(request: SignedInRequest, codes: list[str], title: str) -> HttpResponse:
    return render(request, "accounts/codes.html", {"codes": codes, "title": title})


def _unproven(request: SignedInRequest, proof: ProofForm) -> HttpResponse:
    context = {"page": account_page(request.user), "proof": proof}
    return render(request, "accounts/account.html", context, status=_status(proof))


def _knows(
    request: SignedInRequest, form: PasswordForm | FactorForm | ProofForm, name: str
) -> bool:
    """Whether the reader knows the account's password; wrong ones count towards the lock."""
    words = form.cleaned_data[name]
    if authenticate(request, username=request.user.username, password=words) is not None:
        return True
    form.add_error(name, "口令不对。")
    return False


def _status(form: PasswordForm | FactorForm | ProofForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """访问令牌 of one's own account; POST makes one and shows it this once."""
    require(request.user, "read")
    secret, refused, status = "", None, HTTPStatus.OK
    if request.method == "POST":
        days = request.POST.get("days", "")
        try:
            _, secret = make_token(
                actor=request.user,
                name=request.POST.get("name", ""),
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
            )
        except TokenRefused as error:
            refused, status = error, HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "tokens": standing(request.user),
        "secret": secret,
        "refused": refused,
        "name": request.POST.get("name", "") if refused else "",
        "days": request.POST.get("days", "") if refused else "90",
        "most_days": MOST_DAYS,
    }
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """收回 one of one's own tokens."""
    require(request.user, "read")
    revoke_token(actor=request.user, token_id=pk)
    messages.success(request, "已收回，立即失效。")
    return redirect("tokens")
