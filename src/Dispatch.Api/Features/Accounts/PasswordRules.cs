using Dispatch.Api.Http;
using FluentValidation;

namespace Dispatch.Api.Features.Accounts;

/// <summary>What a person's own choice must keep to: length, and nothing that the name gives away. No rule asks for digits or signs.</summary>
internal static class PasswordRules
{
    public static IRuleBuilderOptions<T, string> NewPassword<T>(this IRuleBuilder<T, string> rule, Func<T, string> login) =>
        rule.NotEmpty()
            .Length(Passwords.Shortest, Passwords.Longest)
            .Must((body, password) => !password.Contains(login(body), StringComparison.OrdinalIgnoreCase))
            .Says("holds_login", "密码不能包含登录名。", "The password must not hold the login name.");

    public static IRuleBuilderOptions<T, string> NewLogin<T>(this IRuleBuilder<T, string> rule) =>
        rule.NotEmpty()
            .MaximumLength(50)
            .Matches("^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$")
            .Says(
                "login",
                "登录名为 3 到 50 个字母、数字、点、下划线或连字符，以字母或数字开头。",
                "A login name has 3 to 50 letters, digits, dots, underscores or hyphens, and begins with a letter or digit."
            );
}
