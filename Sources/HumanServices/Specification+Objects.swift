extension Specification {
    /// What the objects are, in our own words (the published schema files, CC BY-SA 4.0, are kept with the
    /// tests, which compare every line with them). A paragraph is a kind: name, table, then fields.
    ///
    /// Before a name: `+` new in 3.1, `~` deprecated, `?` only in what the API answers. After it: `!`
    /// required, `^` required in tables. Then what it holds, text if nothing stands there: `>kind` an id of
    /// that kind, `[kind]` nested objects, `{kind}` one nested object, `a|b` one of these words.
    static let objectsText = """
        organization organizations.csv
          id! uuid, name!, alternate_name, description!, email email, website uri, +additional_websites
          [url], ~tax_status, ~tax_id, year_incorporated number, legal_status, logo, uri uri,
          parent_organization_id uuid, funding [funding], contacts [contact], phones [phone], locations
          [location], programs [program], organization_identifiers [organization_identifier], attributes
          [attribute], metadata [metadata], ?services [service]

        program programs.csv
          id! uuid, organization_id^ >organization, name!, alternate_name, description!, attributes
          [attribute], metadata [metadata]

        service services.csv
          id! uuid, organization_id^ >organization, program_id >program, name!, alternate_name,
          description, url uri, +additional_urls [url], email email, status!
          active|inactive|defunct|temporarily closed, interpretation_services, application_process,
          fees_description, ~wait_time, ~fees, accreditations, eligibility_description, minimum_age
          number, maximum_age number, assured_date date, assurer_email email, ~licenses, alert,
          last_modified date-time, phones [phone], schedules [schedule], service_areas [service_area],
          service_at_locations [service_at_location], languages [language], organization {organization},
          funding [funding], cost_options [cost_option], program {program}, required_documents
          [required_document], contacts [contact], +capacities [service_capacity], attributes
          [attribute], metadata [metadata]

        attribute attributes.csv
          id! uuid, link_id^ uuid, taxonomy_term_id^ >taxonomy_term, link_type, link_entity^, value,
          taxonomy_term {taxonomy_term}, metadata [metadata], +label

        service_at_location service_at_location.csv
          id! uuid, service_id^ >service, location_id^ >location, description, +service_areas
          [service_area], contacts [contact], phones [phone], schedules [schedule], location {location},
          attributes [attribute], metadata [metadata], ?service {service}

        location locations.csv
          id! uuid, location_type! physical|postal|virtual, url uri, organization_id >organization,
          name, alternate_name, description, transportation, latitude number, longitude number,
          external_identifier, external_identifier_type, languages [language], addresses [address],
          contacts [contact], accessibility [accessibility], phones [phone], schedules [schedule],
          attributes [attribute], metadata [metadata]

        phone phones.csv
          id! uuid, location_id >location, service_id >service, organization_id >organization,
          contact_id >contact, service_at_location_id >service_at_location, number!, extension number,
          type, description, languages [language], attributes [attribute], metadata [metadata]

        contact contacts.csv
          id! uuid, organization_id >organization, service_id >service, service_at_location_id
          >service_at_location, location_id >location, name, title, department, email email, phones
          [phone], attributes [attribute], metadata [metadata]

        address addresses.csv
          id! uuid, location_id >location, attention, address_1!, address_2, city!, region,
          state_province!, postal_code!, country!, address_type! physical|postal|virtual, attributes
          [attribute], metadata [metadata]

        schedule schedules.csv
          id! uuid, service_id >service, location_id >location, service_at_location_id
          >service_at_location, valid_from date, valid_to date, dtstart date, timezone number, until
          date, count number, wkst MO|TU|WE|TH|FR|SA|SU, freq WEEKLY|MONTHLY, interval number, byday,
          byweekno, bymonthday, byyearday, description, opens_at time, closes_at time, schedule_link
          uri, attending_type, notes, attributes [attribute], metadata [metadata]

        funding funding.csv
          id! uuid, organization_id >organization, service_id >service, source, attributes [attribute],
          metadata [metadata]

        service_area service_areas.csv
          id! uuid, service_id >service, +service_at_location_id >service_at_location, name,
          description, extent, extent_type, uri, attributes [attribute], metadata [metadata]

        required_document required_documents.csv
          id! uuid, service_id >service, document, uri uri, attributes [attribute], metadata [metadata]

        language languages.csv
          id! uuid, service_id >service, location_id >location, phone_id >phone, name, code, note,
          attributes [attribute], metadata [metadata]

        accessibility accessibility.csv
          id! uuid, location_id >location, description, details, url uri, attributes [attribute],
          metadata [metadata]

        taxonomy_term taxonomy_terms.csv
          id! uuid, code, name!, description!, parent_id uuid, taxonomy, taxonomy_detail {taxonomy},
          language, taxonomy_id >taxonomy, term_uri uri, metadata [metadata]

        metadata metadata.csv
          id! uuid, resource_id^ uuid, resource_type^, last_action_date! date, last_action_type!,
          field_name!, previous_value!, replacement_value!, updated_by!

        meta_table_description meta_table_descriptions.csv
          id! uuid, name, language, character_set, attributes [attribute], metadata [metadata]

        cost_option cost_options.csv
          id! uuid, service_id^ >service, valid_from date, valid_to date, option, currency, amount
          number, amount_description, attributes [attribute], metadata [metadata]

        organization_identifier organization_identifiers.csv
          id! uuid, organization_id^ >organization, identifier_scheme, identifier_type!, identifier!,
          attributes [attribute], metadata [metadata]

        taxonomy taxonomies.csv
          id! uuid, name!, description!, uri uri, version, metadata [metadata]

        +service_capacity service_capacity.csv
          id! uuid, service_id^ >service, unit! {unit}, unit_id^ >unit, available! number, maximum
          number, description, updated! date-time, attributes [attribute], metadata [metadata]

        +unit units.csv
          id! uuid, name!, scheme, identifier, uri uri, attributes [attribute], metadata [metadata]

        +url url.csv
          id! uuid, label, url! uri, organization_id >organization, service_id >service, attributes
          [attribute], metadata [metadata]
        """
}
