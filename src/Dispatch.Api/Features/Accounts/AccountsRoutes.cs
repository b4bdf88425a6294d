namespace Dispatch.Api.Features.Accounts;

internal static class AccountsRoutes
{
    public static void MapAccounts(this IEndpointRouteBuilder v1)
    {
        var sessions = v1.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapSignIn();
        sessions.MapRefreshSession();
        sessions.MapEndSession();
        v1.MapGroup("/password").WithTags("Sessions").MapChangePassword();
        v1.MapGroup("/accounts/first").WithTags("Sessions").MapMakeFirstAdministrator();

        var accounts = v1.MapGroup("/accounts").WithTags("Accounts");
        accounts.MapCreateAccount();
        accounts.MapListAccounts();
        accounts.MapShowAccount();
        accounts.MapSetAccountRole();
        accounts.MapResetPassword();
        accounts.MapDisableAccount();
        accounts.MapEnableAccount();

        var subjects = v1.MapGroup("/barred-subjects").WithTags("Accounts");
        subjects.MapListBarredSubjects();
        subjects.MapBarSubject();
        subjects.MapLetInSubject();
    }
}
