//! What a lender and a borrower agree on.

use super::{
    Field, Form, GROWTH, MONEY, NOTE, Noun, ONE, PLAIN, TIME, TITLE, field, number, share,
};

const fn ratio(key: &'static str, doc: &'static str) -> Field {
    number(key, PLAIN, doc).at_least(0.01)
}

const fn yearly(key: &'static str, doc: &'static str) -> Field {
    field(key, Form::Quantity(GROWTH, &[]), doc).at_least(0.0)
}

/// The longest time: a century, in milliseconds.
const A_CENTURY: f64 = 100.0 * 31_536_000_000.0;

const fn time(key: &'static str, doc: &'static str) -> Field {
    number(key, TIME, doc).at_most(A_CENTURY)
}

/// Money lent, drawn as it is needed, paid back by the month.
pub static DEBT: Noun = Noun {
    name: "debt",
    doc: "money that is lent: against the payments of a deal, or on a company's name",
    main: None,
    fields: &[
        TITLE,
        NOTE,
        field("kind", Form::Word(&["loan", "notes", "revolver"]), "`loan`: secured on a deal; `notes`: on the borrower's name, a deal may secure them too; `revolver`: drawn when a month's end finds cash below nothing, paid back when there is any").default(),
        field("borrower", Form::Name("party"), "who owes").required(),
        field("lender", Form::Name("party"), "who is owed").required(),
        field("secures", Form::Name("deal"), "the deal whose payments secure it: its seller is the borrower. Debts of one deal come one after the other, in the order of the file"),
        number("limit", MONEY, "what the lender has promised at most").at_least(ONE),
        share("advance", "share of the capital of the plant behind the deal that is lent, as it falls due; all of it if not said"),
        field("draw.from", Form::Date, "the day from which it may be drawn").required(),
        field("draw.until", Form::Date, "the day from which nothing more is drawn; all is drawn on the first day if not said. Without a plant it is drawn evenly between the two"),
        yearly("rate", "yearly interest, a twelfth of it a month; all in, or what `margin` comes on top of").required(),
        yearly("margin", "yearly interest over `rate`"),
        field("interest", Form::Word(&["paid", "capitalised"]), "whether interest is paid before repayment begins, or added to what is owed as far as the limits allow").default(),
        share("fee", "share of each amount drawn that is paid for it at once"),
        field("repay.kind", Form::Word(&["level", "sculpted", "sweep", "at-end"]), "`level`: payments that are all alike; `sculpted`: in the shape of the cash that the deal promises; `sweep`: a share of the cash that comes, the rest with the last payment; `at-end`: all with the last").default(),
        field("repay.from", Form::Date, "the month of this day is the first at whose end it is paid back; when nothing more is drawn, if not said"),
        time("repay.term", "from then on to the last payment, by calendar months").required().at_least(ONE),
        ratio("repay.dscr", "promised cash over debt service that the lender asks for in every period: limits what is lent"),
        ratio("repay.llcr", "what the promised cash until the last payment is worth over what is lent, at least: limits what is lent"),
        time("repay.tail", "how long the deal must bring cash after the last payment: limits what is lent"),
        share("repay.share", "share of the cash that a sweep takes; all of it if not said"),
        time("reserve", "months of debt service that are held back before the first is due"),
        ratio("covenant.dscr", "cash over debt service of the last twelve months that the borrower promises"),
        time("covenant.cure", "how long it may be lower before the promise is broken"),
        ratio("trap.dscr", "while cash over debt service of the last twelve months is lower, what is left of the cash stays with the loan"),
        share("relet.share", "what the capacity brings if the buyer walks away and it is let to others, as a share of the deal's payments").default(),
        time("relet.after", "how long it then stands empty").default(),
    ],
};
