// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import im.thingle.signaling.Xml;
import im.thingle.signaling.form.FormField.Option;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data forms out and in (XEP-0004 §3). */
class DataFormTest {
    private static final DataForm FORM = new DataForm("Bot Configuration",
            List.of("Fill out this form", "to configure your new bot!"),
            List.of(FormField.formType("jabber:bot"), FormField.fixed("Section 1: Bot Info"),
                    FormField.required(FieldType.TEXT_SINGLE, "botname", "The name of your bot"),
                    FormField.choice("maxsubs", "Maximum number of subscribers",
                            List.of(new Option("10", "10"), new Option("None", "none")), List.of("10")),
                    FormField.answer(FieldType.JID_MULTI, "invitelist", "People to invite", List.of())));

    /** After XEP-0004's example 2. */
    @Test
    void asks() {
        assertThat(Xml.text(FORM.element())).isEqualTo("""
                <x xmlns='jabber:x:data' type='form'><title>Bot Configuration</title>\
                <instructions>Fill out this form</instructions><instructions>to configure your new bot!</instructions>\
                <field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>\
                <field type='fixed'><value>Section 1: Bot Info</value></field>\
                <field type='text-single' var='botname' label='The name of your bot'><required/></field>\
                <field type='list-single' var='maxsubs' label='Maximum number of subscribers'><value>10</value>\
                <option label='10'><value>10</value></option><option label='None'><value>none</value></option></field>\
                <field type='jid-multi' var='invitelist' label='People to invite'/></x>""");
    }

    /** After example 3; what the form does not have is ignored. */
    @Test
    void readsWhatWasSubmitted() {
        assertThat(submitted("""
                <field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>\
                <field type='text-single' var='botname'><value>\n The Jabber Google Bot </value></field>\
                <field type='boolean' var='public'><value>0</value></field>\
                <field type='list-single' var='maxsubs'><value>none</value></field>\
                <field type='jid-multi' var='invitelist'><value>Juliet@Capulet.com</value>\
                <value>juliet@capulet.com</value>\
                <value/><value>benvolio@montague.net/x</value></field>"""))
                .asInstanceOf(type(Submission.Valid.class))
                .satisfies(valid -> assertThat(valid.one("botname")).isEqualTo("The Jabber Google Bot"))
                .satisfies(valid -> assertThat(valid.one("maxsubs")).isEqualTo("none"))
                .satisfies(valid -> assertThat(valid.all("invitelist"))
                        .containsExactly("juliet@capulet.com", "benvolio@montague.net/x"))
                .satisfies(valid -> assertThat(valid.all("public")).isEmpty());
    }

    @Test
    void whatIsLeftOutOrEmptyKeepsItsValue() {
        assertThat(submitted("<field var='botname'><value>b</value></field><field var='maxsubs'/>"))
                .asInstanceOf(type(Submission.Valid.class))
                .satisfies(valid -> assertThat(valid.one("maxsubs")).isEqualTo("10"))
                .satisfies(valid -> assertThat(valid.all("invitelist")).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<field var='maxsubs'><value>10</value></field> | Please fill in: The name of your bot",
        "<field var='botname'><value>a</value><value>b</value></field> | Only one value can be given here: The name of"
                + " your bot",
        "<field var='botname'><value>a</value></field><field var='maxsubs'><value>11</value></field> "
                + "| This was not among the choices: Maximum number of subscribers",
        "<field var='botname'><value>a</value></field><field var='invitelist'><value>@b</value></field> "
                + "| This is no JID: People to invite",
        "<field var='botname'><value>a</value></field><field var='FORM_TYPE'><value>jabber:cat</value></field> "
                + "| The hidden field FORM_TYPE has another value."})
    void saysWhatDoesNotFit(String fields, String why) {
        assertThat(submitted(fields)).isEqualTo(new Submission.Invalid(why));
    }

    @Test
    void aFormInTheFormOfAFormIsNoSubmission() {
        assertThat(Submission.of(FORM, FORM.element()))
                .isEqualTo(new Submission.Invalid("The form that comes back must have the type submit."));
    }

    @Test
    void nothingIsASubmissionWithNothingFilledIn() {
        assertThat(Submission.of(FORM, null)).isInstanceOf(Submission.Invalid.class);
        assertThat(Submission.of(new DataForm("Sure?", List.of(), List.of(FormField.fixed("Really"))), null))
                .isInstanceOf(Submission.Valid.class);
    }

    /** XEP-0004 §3.4: every item has every field of the head. */
    @Test
    void showsATable() {
        List<FormField> columns = List.of(FormField.column(FieldType.TEXT_SINGLE, "name", "Name"),
                FormField.column(FieldType.JID_SINGLE, "jid", "Address"));

        assertThat(Xml.text(FormResult.table(columns, List.of(List.of("Verona & more", "a@b"), List.of("", "c@d")))))
                .isEqualTo("""
                <x xmlns='jabber:x:data' type='result'><reported><field type='text-single' var='name' label='Name'/>\
                <field type='jid-single' var='jid' label='Address'/></reported>\
                <item><field var='name'><value>Verona &amp; more</value></field><field var='jid'><value>a@b</value>\
                </field></item>\
                <item><field var='name'><value/></field><field var='jid'><value>c@d</value></field></item></x>""");
    }

    private static Submission submitted(String fields) {
        return Submission.of(FORM, Xml.stanza("<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>"));
    }
}
